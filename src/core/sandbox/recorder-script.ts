import { killScript } from '../line/wrap';
import { shellQuote } from '../quote';

/** Bytes that are kept of each stream. What comes after that is read, so that the command goes on, and dropped. */
export const keptBytes = 10 * 1024 * 1024;

/** Minutes for which a record is kept after its command's end, and a retry key with it. */
const keptMinutes = 24 * 60;

/**
 * A record's folder, in the state folder of the user that runs the command, whatever `HOME` is made to say: `$1` of every
 * script is `USER:NAME`.
 */
const places = `eval "_home=~\${1%%:*}"; case $_home in /?*) ;; *) _home=/tmp ;; esac
_root=$_home/.local/state/berth/commands; _dir=$_root/\${1#*:}`;

/** The start time of a process in `$_born`, which with its number is never another's; empty where it has ended. */
const bornOf = `born_of() {
  _born=; { IFS= read -r _stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  set -- \${_stat##*) }; [ "$1" = Z ] || _born=\${20}
}`;

/** Whether the process that the file `$1` names still is that one; its number in `$_pid`. */
const livesBy = `lives_by() {
  _pid= _was=; { read -r _pid _was <"$1"; } 2>/dev/null
  [ -n "$_was" ] || return 1
  born_of "$_pid"; [ "$_born" = "$_was" ]
}`;

/** Hundredths of a second since the machine's start, in `$_now`. */
const clock = 'clock() { read -r _now _rest </proc/uptime; _now=${_now%.*}${_now#*.}; }';

/**
 * Keeps a stream: a limit on the size of files ends `cat` when enough is kept, and what is left is read and dropped. Both
 * read by the one descriptor that stays open, so that the writer never meets a closed end.
 */
const keeps = `keeps() {
  ulimit -c 0; ulimit -f ${keptBytes / 512}
  exec 3<"$_dir/$1.pipe"
  cat <&3 >"$_dir/$1" 2>/dev/null && exit
  : >"$_dir/$1.cut"; exec cat <&3 >/dev/null
}`;

/**
 * The recorder itself: `$2` seconds until the command is ended, the rest the command. Its folder then holds `recorder`
 * and `command` (pid and start time), `out` and `err`, and at the end `over`: exit code, milliseconds and why it ended.
 * The streams are waited for only shortly then, since a child that the command left behind may hold them for ever.
 */
const recorder = `${[places, bornOf, clock, keeps].join('\n')}
_limit=$2; shift 2; born_of $$; echo "$$ $_born" >"$_dir/recorder"
mkfifo "$_dir/out.pipe" "$_dir/err.pipe" || exit 1
keeps out & _out=$!
keeps err & _err=$!
clock; _began=$_now
setsid "$@" </dev/null >"$_dir/out.pipe" 2>"$_dir/err.pipe" & _command=$!
born_of $_command; echo "$_command $_born" >"$_dir/command"
(
  sleep "$_limit" & _nap=$!
  trap 'kill $_nap; exit 0' TERM
  wait $_nap; trap '' TERM; : >"$_dir/timeout"
  exec /bin/sh -c ${shellQuote(killScript)} berth $_command TERM 20 session
) & _timer=$!
wait $_command; _code=$?; clock
[ -e "$_dir/timeout" ] || kill $_timer
for _turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 . . . . . . . . . . . . . . .; do
  born_of $_out; [ -n "$_born" ] || { born_of $_err; [ -n "$_born" ] || break; }
  [ "$_turn" != . ] || sleep 0.02
done
_why=exit
[ ! -e "$_dir/cancelled" ] || _why=cancelled
[ ! -e "$_dir/timeout" ] || { _why=timeout; _code=124; }
echo "$_code $(((_now - _began) * 10)) $_why" >"$_dir/over"
(
  rm -f "$_dir/out.pipe" "$_dir/err.pipe"
  find "$_root" -mindepth 1 -maxdepth 1 -mmin +${keptMinutes} -exec rm -rf {} +
) &`;

/**
 * What is known of the record, first in one line (state, exit code, milliseconds, why it ended, both sizes, how much of
 * each follows, whether more was dropped), then the bytes of both streams from `$_from_out` and `$_from_err` on, `$_most` at
 * most together. `over` is looked for again where the recorder is gone: it may have ended just now.
 */
const tell = `told() { _code=- _ms=- _why=-; { read -r _code _ms _why <"$_dir/over"; } 2>/dev/null; [ -n "$_why" ] && [ "$_why" != - ]; }
measure() { _size_out=0 _size_err=0; set -- $(stat -c %s "$_dir/out" "$_dir/err" 2>/dev/null); _size_out=\${1:-0} _size_err=\${2:-0}; }
look() {
  if told; then _state=over
  elif lives_by "$_dir/recorder" || lives_by "$_dir/starting"; then _state=running; _code=- _ms=- _why=-
  elif told; then _state=over
  else _state=lost; _code=- _ms=- _why=-
  fi
  measure
}
tell() {
  _new_out=$((_size_out - _from_out)) _new_err=$((_size_err - _from_err))
  [ $_new_out -ge 0 ] || _new_out=0
  [ $_new_err -ge 0 ] || _new_err=0
  if [ $((_new_out + _new_err)) -gt "$_most" ]; then
    _half=$((_most / 2))
    if [ $_new_err -le $_half ]; then _new_out=$((_most - _new_err))
    elif [ $_new_out -le $_half ]; then _new_err=$((_most - _new_out))
    else _new_out=$_half _new_err=$_half; fi
  fi
  _cut_out=0 _cut_err=0; [ ! -e "$_dir/out.cut" ] || _cut_out=1; [ ! -e "$_dir/err.cut" ] || _cut_err=1
  echo "$_state $_code $_ms $_why $_size_out $_size_err $_new_out $_new_err $_cut_out $_cut_err"
  part "$_dir/out" $_from_out $_new_out $_size_out; part "$_dir/err" $_from_err $_new_err $_size_err
}
part() {
  [ $3 -gt 0 ] || return 0
  if [ $2 = 0 ] && [ $3 = $4 ]; then head -c $3 "$1"; else tail -c +$(($2 + 1)) "$1" | head -c $3; fi
}`;

const reading = [places, bornOf, livesBy, tell].join('\n');

/**
 * Starts a command: `$2` a digest of what is asked, `$3` seconds, `$4` how many may run, `$5` `wait` to be told of its
 * end, else `start`, `$6` bytes of output that are told, the rest the command. Says `none` where it could not be kept,
 * `busy` where enough run, `other` where the name stands for another command; `new` or `same` before what {@link tell} says.
 */
export const startScript = `${reading}
_spec=$2 _limit=$3 _many=$4 _mode=$5 _most=$6 _name=$1; shift 6; _from_out=0 _from_err=0
command -v setsid >/dev/null && command -v mkfifo >/dev/null || { echo "none setsid and mkfifo"; exit 0; }
[ -d "$_root" ] || mkdir -p "$_root" 2>/dev/null || { echo "none a folder to write in"; exit 0; }
if mkdir -m 700 "$_dir" 2>/dev/null; then
  born_of $$; echo "$$ $_born" >"$_dir/starting"
  _running=0
  for _other in "$_root"/*/; do
    [ ! -e "\${_other}over" ] && lives_by "\${_other}recorder" && _running=$((_running + 1))
  done
  [ $_running -lt "$_many" ] || { rm -rf "$_dir"; echo "busy $_running"; exit 0; }
  echo "$_spec" >"$_dir/spec"
  setsid /bin/sh -c ${shellQuote(recorder)} berth "$_name" "$_limit" "$@" </dev/null >/dev/null 2>&1 &
  _me=$!
  [ "$_mode" = wait ] || { until [ -s "$_dir/recorder" ] || [ ! -d /proc/$_me ]; do sleep 0.01; done; look; echo new; tell; exit 0; }
  wait $_me; echo new
else
  [ -d "$_dir" ] || { echo "none a folder to write in"; exit 0; }
  _was=; { read -r _was <"$_dir/spec"; } 2>/dev/null
  [ "\${_was:-$_spec}" = "$_spec" ] || { echo other; exit 0; }
  echo same
fi
look; tell`;

/** `$2` and `$3` where each stream is read from, `$4` bytes at most, `$5` tenths of a second to wait for news. */
export const pollScript = `${reading}
_from_out=$2 _from_err=$3 _most=$4 _turns=$5
[ -d "$_dir" ] || { echo none; exit 0; }
look
while [ "$_turns" -gt 0 ] && [ $_state = running ] && [ $_size_out -le "$_from_out" ] && [ $_size_err -le "$_from_err" ]; do
  sleep 0.1; _turns=$((_turns - 1)); look
done
echo same; tell`;

/** Ends all of a command's session and waits for the recorder to say so. */
export const cancelScript = `${reading}
_from_out=$2 _from_err=$3 _most=$4; _turns=40
[ -d "$_dir" ] || { echo none; exit 0; }
look
if [ $_state = running ]; then
  : >"$_dir/cancelled"
  if lives_by "$_dir/command"; then /bin/sh -c ${shellQuote(killScript)} berth "$_pid" TERM 20 session; fi
fi
while [ "$_turns" -gt 0 ] && [ $_state = running ]; do look; [ $_state != running ] || sleep 0.1; _turns=$((_turns - 1)); done
echo same; tell`;

/** Takes away a record of which all has been told. */
export const forgetScript = `${places}
[ ! -s "$_dir/over" ] || rm -rf "$_dir"`;
