import { killScript } from '../line/wrap';
import { shellCommand, shellQuote } from '../quote';
import { sourceEnvironment } from '../secrets/places';
import { told } from './waiting-shell';

/** Bytes that are kept of each stream. What comes after that is read, so that the command goes on, and dropped. */
export const keptBytes = 10 * 1024 * 1024;

/** Minutes after which a record is taken away: 24 hours after the end of a command, which may take half an hour. */
const keptMinutes = 24 * 60 + 31;

/**
 * A record is a handful of files beside each other, so that none needs a process to be made: `$_at.spec`, `.recorder` and
 * `.command` (pid and start time of each), `.out` and `.err`, and at the end `.over`: exit code, milliseconds and why it
 * ended. They lie in the state folder of the user that runs the command, whatever `HOME` is made to say. `$1` is `USER:NAME`.
 */
const places = `places() {
  eval "_home=~\${1%%:*}"; case $_home in /?*) ;; *) _home=/tmp ;; esac
  _root=$_home/.local/state/berth/commands; _at=$_root/\${1#*:}
}`;

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
  exec 3<"$_pipes.$1"
  cat <&3 >"$_at.$1" 2>/dev/null && exit
  : >"$_at.cut.$1"; exec cat <&3 >/dev/null
}`;

/** Pipes for the next command, made when nobody waits for them. Those that a child of the last one holds are left to it. */
const pipes = `pipes() {
  _turn=$((_turn + 1)) _pipes=$_root/.pipes-$$-$_born_me-$_turn
  [ -d "$_root" ] || mkdir -p "$_root" && mkfifo "$_pipes.out" "$_pipes.err"
} 2>/dev/null`;

/** Ends all of the session of `$_command` after `$_limit` seconds. */
const timer = `timer() {
  trap '[ $! = $_command ] || kill -s KILL $!; exit 0' TERM
  sleep "$_limit" & wait $!; trap '' TERM; : >"$_at.timeout"
  exec /bin/sh -c ${shellQuote(killScript)} berth $_command TERM 20 session
}`;

/**
 * The recorder: runs `launch`, which becomes the command, and waits for its end. The streams are waited for only shortly
 * then, since a child that the command left behind may hold them for ever. No process is started that is not needed.
 */
const record = `record() {
  keeps out </dev/null >/dev/null & _out=$!
  keeps err </dev/null >/dev/null & _err=$!
  clock; _began=$_now
  launch </dev/null >"$_pipes.out" 2>"$_pipes.err" & _command=$!
  born_of $_command; echo "$_command $_born" >"$_at.command"
  timer </dev/null >/dev/null 2>&1 & _timer=$!
  [ "$_mode" = wait ] || { _word=new; look; tell; ${told}; }
  wait $_command 2>/dev/null; _code=$?; clock
  [ -e "$_at.timeout" ] || kill $_timer
  _left=0 _spins=0
  while born_of $_out; [ -n "$_born" ] || { born_of $_err; [ -n "$_born" ]; }; do
    _spins=$((_spins + 1))
    [ $_spins -lt 100 ] || sleep 0.02
    [ $_spins -lt 115 ] || { _left=1; break; }
  done
  _why=exit _ms=$(((_now - _began) * 10))
  [ ! -e "$_at.cancelled" ] || _why=cancelled
  [ ! -e "$_at.timeout" ] || { _why=timeout; _code=124; }
  echo "$_code $_ms $_why" >"$_at.over"
}`;

/**
 * What is known of the record, first in one line (state, exit code, milliseconds, why it ended, both sizes, how much of
 * each follows, whether more was dropped), then the bytes of both streams from `$_from_out` and `$_from_err` on, `$_most` at
 * most together. `over` is looked for again where the recorder is gone: it may have ended just now.
 * Where all of it is one stream's, its size is `?` and one byte more than `$_most` is told where there is more.
 */
const tell = `over() { _code=- _ms=- _why=-; { read -r _code _ms _why <"$_at.over"; } 2>/dev/null; [ -n "$_why" ] && [ "$_why" != - ]; }
look() {
  if over; then _state=over
  elif lives_by "$_at.recorder"; then _state=running; _code=- _ms=- _why=-
  elif over; then _state=over
  else _state=lost; _code=- _ms=- _why=-
  fi
}
measure() { _size_out=0 _size_err=0; set -- $(stat -c %s "$_at.out" "$_at.err" 2>/dev/null); _size_out=\${1:-0} _size_err=\${2:-0}; }
tell() {
  _cut_out=0 _cut_err=0; [ ! -e "$_at.cut.out" ] || _cut_out=1; [ ! -e "$_at.cut.err" ] || _cut_err=1
  _facts="$_word $_state $_code $_ms $_why"
  if [ "$_state$_from_out$_from_err$_exact" = over00 ]; then
    _some_out= _some_err=; [ ! -s "$_at.out" ] || _some_out=1; [ ! -s "$_at.err" ] || _some_err=1
    case $_some_out:$_some_err in
      :) echo "$_facts 0 0 0 0 0 0"; return ;;
      1:) echo "$_facts ? 0 ? 0 $_cut_out $_cut_err"; head -c $((_most + 1)) "$_at.out"; return ;;
      :1) echo "$_facts 0 ? 0 ? $_cut_out $_cut_err"; head -c $((_most + 1)) "$_at.err"; return ;;
    esac
  fi
  measure
  _new_out=$((_size_out - _from_out)) _new_err=$((_size_err - _from_err))
  [ $_new_out -ge 0 ] || _new_out=0
  [ $_new_err -ge 0 ] || _new_err=0
  if [ $((_new_out + _new_err)) -gt "$_most" ]; then
    _half=$((_most / 2))
    if [ $_new_err -le $_half ]; then _new_out=$((_most - _new_err))
    elif [ $_new_out -le $_half ]; then _new_err=$((_most - _new_out))
    else _new_out=$_half _new_err=$_half; fi
  fi
  echo "$_facts $_size_out $_size_err $_new_out $_new_err $_cut_out $_cut_err"
  part "$_at.out" $_from_out $_new_out $_size_out; part "$_at.err" $_from_err $_new_err $_size_err
}
part() {
  [ $3 -gt 0 ] || return 0
  if [ $2 = 0 ] && [ $3 = $4 ]; then head -c $3 "$1"; else tail -c +$(($2 + 1)) "$1" | head -c $3; fi
}`;

/**
 * Starts a command: `$1` `USER:NAME`, `$2` a digest of what is asked, `$3` seconds, `$4` how many may run, `$5` `wait` to be
 * told of its end, else `start`, `$6` bytes of output that are told, `$7` its folder; `launch` becomes it. Says `none` where
 * it could not be kept, `busy` where enough run, `other` where the name stands for another command, `folder` where its
 * folder is not there; `new` or `same` before what {@link tell} says.
 */
const begin = `begin() {
  places "$1"; _spec=$2 _limit=$3 _many=$4 _mode=$5 _most=$6 _from_out=0 _from_err=0 _exact=
  [ -n "$_setsid" ] && command -v mkfifo >/dev/null || { echo "none setsid and mkfifo"; return; }
  cd -- "$7" 2>/dev/null || { echo folder; return; }
  [ -n "$_pipes" ] && [ -p "$_pipes.err" ] || pipes || { echo "none a folder to write in"; return; }
  set -C; if { echo "$_spec" >"$_at.spec"; } 2>/dev/null; then _word=new; else _word=same; fi; set +C
  if [ $_word = same ]; then
    [ -e "$_at.spec" ] || { echo "none a folder to write in"; return; }
    _was=; { read -r _was <"$_at.spec"; } 2>/dev/null
    [ "\${_was:-$_spec}" = "$_spec" ] || { echo other; return; }
    look; tell; return
  fi
  _running=0
  for _other in "$_root"/*.recorder; do
    [ ! -e "\${_other%recorder}over" ] && lives_by "$_other" && _running=$((_running + 1))
  done
  [ $_running -lt "$_many" ] || { rm -f "$_at.spec"; echo "busy $_running"; return; }
  echo "$$ $_born_me" >"$_at.recorder"
  record
  [ "$_mode" != wait ] || { look; tell; }
  ${told}; cd /
  if [ $_left = 0 ]; then wait $_out $_err; else pipes; fi
  wait $_timer
}`;

/** What a shell that starts commands runs once. Its channel may be gone while it records: that must not end it. */
export const recorderLibrary = `${[places, bornOf, livesBy, clock, keeps, pipes, timer, record, tell, begin].join('\n')}
_setsid=$(command -v setsid); _turn=0 _left=0 _pipes=
born_of $$; _born_me=$_born
trap '' PIPE
places "$(id -un):-"; pipes
find "$_root" -mindepth 1 -maxdepth 1 -mmin +${keptMinutes} -exec rm -f {} + </dev/null >/dev/null 2>&1 &`;

/** `launch`: becomes the command, with what is said for it alone before what all sessions have. */
export function launchScript(
  argv: readonly string[],
  env: readonly (readonly [name: string, value: string])[],
): string {
  const exports = env.map(([name, value]) => `export ${name}=${shellQuote(value)}`);
  return [
    'launch() {',
    'trap - PIPE',
    sourceEnvironment,
    ...exports,
    `exec "$_setsid" ${shellCommand(argv)}`,
    '}',
  ].join('\n');
}

/** `$1` `USER:NAME`, `$2` and `$3` where each stream is read from, `$4` bytes at most. */
const reading = `places "$1"; _from_out=$2 _from_err=$3 _most=$4 _exact=1 _word=same
[ -e "$_at.spec" ] || { echo none; exit 0; }
look; measure`;

/** `$5` tenths of a second to wait for news. */
export const pollScript = `${reading}
_turns=$5
while [ "$_turns" -gt 0 ] && [ $_state = running ] && [ $_size_out -le "$_from_out" ] && [ $_size_err -le "$_from_err" ]; do
  sleep 0.1; _turns=$((_turns - 1)); look; measure
done
tell`;

/** Ends all of a command's session and waits for the recorder to say so. */
export const cancelScript = `${reading}
_turns=40
if [ $_state = running ]; then
  : >"$_at.cancelled"
  if lives_by "$_at.command"; then /bin/sh -c ${shellQuote(killScript)} berth "$_pid" TERM 20 session; fi
fi
while [ "$_turns" -gt 0 ] && [ $_state = running ]; do look; [ $_state != running ] || sleep 0.1; _turns=$((_turns - 1)); done
tell`;

/**
 * Takes away records of which all has been told: `$@` are their `USER:NAME`. Who records goes first: with its end away and
 * that still there, it would be taken for one that runs.
 */
export const forgetScript = `_many=$#
for _one in "$@"; do
  places "$_one"; [ ! -s "$_at.over" ] || set -- "$@" "$_at.recorder" "$_at".*
done
shift $_many; [ $# = 0 ] || rm -f "$@"`;
