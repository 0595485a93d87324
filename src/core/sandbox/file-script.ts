import { asked, helpedBy } from './file-helper';
import { saidItsEnd } from './waiting-shell';

/**
 * Files of a container for /bin/sh inside it. What is read or written is held first and judged then: a folder by being
 * the working directory, a file by being open, each named by the kernel. So whatever happens to the path meanwhile, be it
 * a symbolic link that is swapped, what was judged is what is used. `$1` the path, `$2` the folders that it may lie in,
 * one a line. The first line of the answer is `ok`, or what is wrong. Programs know no language: to read one's files takes
 * each of them as long as its work.
 */
const confined = `LC_ALL=C; export LC_ALL
say() { echo "$*"; exit 0; }
over() { printf '%s%s' "$1" "$berth_ended"; exit \${berth_ended:+${saidItsEnd}}; }
path=$1 roots=$2; shift 2
newline='
'
real_roots= IFS=$newline; set -f
for root in $roots; do cd -P -- "$root" 2>/dev/null && real_roots=$real_roots$PWD$newline; done
unset IFS; set +f
each_root() {
  IFS=$newline; set -f
  for real in $real_roots; do
    ! "$@" || { unset IFS; set +f; return 0; }
  done
  unset IFS; set +f; return 1
}
beneath() { case $1 in "$real" | "$real"/*) return 0 ;; esac; return 1; }
allowed() { each_root beneath "$1"; }
hold() {
  hops=0 to=$1
  while :; do
    case $to in
      / | .) folder=$to name=. ;;
      */*) folder=\${to%/*}; name=\${to##*/}; [ -n "$folder" ] || folder=/ ;;
      *) folder=. name=$to ;;
    esac
    case $name in '' | . | ..) folder=$to; name=. ;; esac
    cd -P -- "$folder" 2>/dev/null || say missing
    [ "$2" = follow ] && [ -L "$name" ] || break
    hops=$((hops + 1)); [ $hops -le 40 ] || say loop
    to=$(readlink -- "$name" && echo x) || say missing; to=\${to%??}
    [ -n "$to" ] || say missing
  done
  case $PWD in //*) say outside ;; esac
  if [ "$name" = . ]; then allowed "$PWD" || say outside
  else allowed "\${PWD%/}/" || allowed "\${PWD%/}/$name" || say outside; fi
}
${asked}`;

/**
 * A file's bytes: `$3` and `$4` from and most; or `$5` and `$6` first line and lines. Tells its size first: `?` where it is
 * what follows, and one byte more than `$4` is told where there is more; with `$7` `exact` it is always told.
 */
export const readScript = `${confined}hold "$path" follow
[ -e "$name" ] || say missing
[ ! -d "$name" ] || say folder
[ -f "$name" ] || say special
from=$1 most=$2 line=$3 lines=$4 exact=$5
{ exec 8<"$name"; } 2>/dev/null || say denied
{ asked name 8 && [ -n "$answer" ]; } || answer=$(readlink /proc/self/fd/8)
allowed "$answer" || say outside
if [ "$from$line$exact" = 00 ]; then
  if asked give 8 $((most + 1)) "ok ?$newline" "$berth_ended" && [ -n "$answer" ]; then exit ${saidItsEnd}; fi
  echo "ok ?"; exec head -c $((most + 1)) <&8
fi
echo "ok $(stat -L -c %s /proc/self/fd/8)"
if [ "$line" -gt 0 ]; then tail -n +"$line" <&8 | head -n "$lines" | head -c "$most"
elif [ "$from" = 0 ]; then head -c "$most" <&8
else tail -c +$((from + 1)) <&8 | head -c "$most"; fi`;

/**
 * Replaces a file by what stdin says: `$3` the SHA-256 that it has to have now (`-`: none is asked, `absent`: it must not
 * be there), `$4` its mode where it is new, `$5` `parents` to make folders above it, `$6` how many bytes come: a client
 * that is killed ends the stream early, and half of a text must not pass for all of it; `text` where it is
 * `$7`, `base64` where it comes so. Between the look at the file and its replacement no other writer of this kind comes, by a
 * lock on the folder: who asks for it shares the opened folder with the shell, so it ends with both, and does so beside the
 * shell's own work, but never while a text is still to come. Its mode is taken over by one program, where chmod can; that of
 * busybox, whose programs are links, cannot. Where there is a helper (file-helper.ts), it does all that comes after the text.
 */
export const writeScript = `${confined}expected=$1 mode=$2 size=$4
if [ "$3" = parents ]; then
  above=\${path%/*} rest=
  while [ -n "$above" ] && [ ! -e "$above" ] && [ ! -L "$above" ]; do rest=\${above##*/}/$rest above=\${above%/*}; done
  if [ -n "$rest" ]; then
    cd -P -- "\${above:-/}" 2>/dev/null || say missing
    allowed "\${PWD%/}/" || say outside
    while [ -n "$rest" ]; do
      one=\${rest%%/*}; rest=\${rest#*/}
      mkdir -- "$one" 2>/dev/null
      [ ! -L "$one" ] && cd -P -- "./$one" 2>/dev/null || say denied
      allowed "$PWD" || say outside
    done
  fi
fi
hold "$path" follow
[ "$name" != . ] && [ ! -d "$name" ] || say folder
[ ! -e "$name" ] || [ -f "$name" ] || say special
lock() { if command -v flock >/dev/null && [ -r . ]; then exec 9<.; flock 9 >/dev/null 2>&1 & locker=$!; fi; }
locker=; case $berth_ask$size in text | base64) lock ;; esac
if [ -f "$name" ]; then mode=; [ ! -L /bin/chmod ] || mode=$(stat -c %a -- "$name"); fi
read -r random </proc/sys/kernel/random/uuid; temporary=.berth-$random
trap 'rm -f -- "$temporary"' EXIT; trap 'exit 143' HUP INT PIPE TERM
bits=177; case $mode in 6[0246][0246]) bits=$((666 - mode)); esac
set -C; umask 0$bits
case $size in
  text) { printf %s "$5" >"$temporary"; } 2>/dev/null || say denied ;;
  base64) { base64 -d >"$temporary"; } 2>/dev/null || say denied ;;
  *)
    { cat >"$temporary"; } 2>/dev/null || say denied
    [ "$(stat -c %s -- "$temporary")" = "$size" ] || say part
    [ -n "$berth_ask" ] || lock ;;
esac
asked replace "$expected" "$mode" "$temporary" "$name" || answer=
case $answer in
  ok) trap - EXIT; over "ok$newline\${PWD%/}/$name$newline" ;;
  changed) say changed ;;
esac
[ -z "$berth_ask" ] || lock
if [ "$bits" = 177 ]; then
  { [ -z "$mode" ] && chmod --reference="$name" -- "$temporary" 2>/dev/null; } ||
    chmod "\${mode:-$(stat -c %a -- "$name")}" "$temporary"
fi
[ -z "$locker" ] || wait "$locker"
if [ "$expected" = absent ]; then
  ln -- "$temporary" "$name" 2>/dev/null || say changed
else
  if [ "$expected" != - ]; then
    now=absent; [ ! -f "$name" ] || { now=$(sha256sum <"./$name"); now=\${now%% *}; }
    [ "$now" = "$expected" ] || say changed
  fi
  mv -fT -- "$temporary" "$name" 2>/dev/null || say denied
  trap - EXIT
fi
echo ok; echo "\${PWD%/}/$name"`;

/** What lies at a path, itself a link or not: kind bits, size, time, and where a link leads. */
export const statScript = `${confined}hold "$path" keep
[ -e "$name" ] || [ -L "$name" ] || say missing
echo "ok $(stat -c '%f %s %Y' -- "$name")"
[ ! -L "$name" ] || readlink -- "$name"`;

/** The entries of a folder, each after a line end and a slash, which no name can hold. */
export const listScript = `${confined}hold "$path" follow
[ -e "$name" ] || say missing
[ -d "$name" ] || say file
cd -P -- "$name" 2>/dev/null || say denied
allowed "$PWD" || say outside
[ -r . ] || say denied
echo ok
set -- * .[!.]* ..?*
for one in "$@"; do
  if [ -e "$one" ] || [ -L "$one" ]; then printf './%s\\0' "$one"; fi
done | xargs -0 -r stat -c '/%f %s %Y %n'`;

/** Takes a file, a link or an empty folder away; with `$3` `all` also a folder and what is in it. */
export const deleteScript = `${confined}is_root() { [ "$real" = "$1" ]; }
hold "$path" keep
[ "$name" != . ] || say root
[ -e "$name" ] || [ -L "$name" ] || say missing
! each_root is_root "\${PWD%/}/$name" || say root
if [ ! -d "$name" ] || [ -L "$name" ]; then rm -f -- "$name" 2>/dev/null || say denied
elif [ "$1" = all ]; then rm -rf -- "$name" 2>/dev/null || say denied
else rmdir -- "$name" 2>/dev/null || say full; fi
echo ok`;

const scripts = { read: readScript, write: writeScript, stat: statScript, list: listScript, delete: deleteScript };

/** Which of them. */
export type FileScript = keyof typeof scripts;

/** What a shell for files runs once, so that it has read them: `berth_read` and so on, each in a subshell. */
export const fileLibrary = [
  helpedBy,
  ...Object.entries(scripts).map(([name, script]) => `berth_${name}() {\n${script}\n}`),
].join('\n');
