import { shellQuote } from '../quote';
import { dialerName } from '../line/process-names';
import { idleFolder, watcherFiles } from './mark';
import { stopLine, watchLine } from './stop-line';

/** What the watcher is told. Times in milliseconds. */
export interface WatchSpec {
  /** Without use for this long, the container stops. */
  readonly stopAfterMs: number;
  /** Between two looks. */
  readonly everyMs: number;
  /** A process that is younger does not count by itself: who starts one says so (see mark.ts), and probes come and go. */
  readonly commandAgeMs: number;
  /** CPU that is worth the name: percent of one core, on average between two looks. */
  readonly cpuPercent: number;
  /** Traffic over the network that is worth the name, in bytes a second. */
  readonly networkBytes: number;
  /** The container's own health command, which is no use of it; null without one. */
  readonly healthCommand: string | null;
  /** For a shell: ends the container, so that it exits 0 and the engine does not start it again. */
  readonly end: string;
}

/** The figures of a real container; its looks come four times within `stop_after`, and twice a minute at the most rare. */
export function watchFigures(stopAfterMs: number): Omit<WatchSpec, 'healthCommand' | 'end'> {
  return {
    stopAfterMs,
    everyMs: Math.min(30_000, Math.max(5_000, stopAfterMs / 4)),
    commandAgeMs: 10_000,
    cpuPercent: 10,
    networkBytes: 16 * 1024,
  };
}

/** Other times for a test, so that it need not wait for minutes: `stop_after`, between looks, age, in hundredths of a second; and percent of CPU. */
export const timesVariable = 'BERTH_IDLE_TIMES';

/** Programs that wait for a person: they are in use while something moves on their terminal, not by being there. */
const waiting = [
  ...['sh', 'bash', 'dash', 'ash', 'zsh', 'fish', 'ksh', 'csh', 'tcsh', 'pwsh', 'busybox', 'login', 'su', 'sudo'],
  ...['tmux*', 'screen', 'SCREEN', 'zellij', 'vi', 'vim*', 'nvim', 'nano', 'emacs*', 'less', 'more', 'man'],
  ...['claude', 'codex', 'gemini', 'opencode', 'aider'],
].join('|');

/**
 * The watcher, for /bin/sh as root inside the container: no process of it but `sleep`, and `stat` where there are
 * terminals. Time in hundredths of a second, as the kernel counts the age of processes. It counts time awake: a machine
 * that slept, or a container that was paused, was not idle meanwhile. Pure.
 *
 * What is started by an exec has no parent in the container, or the dialer for one, and that is how commands are told from
 * what the container runs by itself. `sshd` roots are sessions: what an editor's server keeps there is no command. Of what
 * the container runs by itself (services, daemons, jobs that left their session) CPU and network traffic tell the use.
 */
export function watchScript(spec: WatchSpec): string {
  const cs = (ms: number): number => Math.max(1, Math.round(ms / 10));
  const { used, stopping } = watcherFiles;
  return `limit=${cs(spec.stopAfterMs)} every=${cs(spec.everyMs)} age=${cs(spec.commandAgeMs)} share=${spec.cpuPercent}
[ -z "\${${timesVariable}:-}" ] || { set -- $${timesVariable}; limit=$1 every=$2 age=$3 share=$4; }
pause=$((every / 100)).$((every % 100 / 10))
probe=${shellQuote(spec.healthCommand === null ? '' : `/bin/sh-c${spec.healthCommand.split('\n', 1)[0] ?? ''}`)}
umask 022; mkdir -p ${idleFolder}; rm -f ${stopping}; : >${used}; chmod 666 ${used}

clock() { read -r now _ </proc/uptime; now=\${now%.*}\${now#*.}; }

# The top of a process's family: what an exec started or the dialer, or below the container's first process.
family() {
  top=$1; eval "up=\\\${parent$top:-1}"
  while [ "$up" -gt 1 ]; do
    eval "above=\\\${kind$up:-}"; [ "$above" != dialer ] || { up=0; break; }
    top=$up; eval "up=\\\${parent$top:-1}"
  done
}

# The arguments run together: a shell's read leaves out the NUL between them.
arguments() { words=; { IFS= read -r words <"/proc/$1/cmdline"; } 2>/dev/null; :; }

# Tells a process that counts, one that is too young to, and the CPU time of all. In a shell of its own, which takes what
# it keeps of each process along.
commands() {
  command=- young=- suspects= ticks=0
  for file in /proc/[0-9]*/stat; do
    { IFS= read -r line <"$file"; } 2>/dev/null || continue
    case $line in *') '*) ;; *) continue ;; esac
    pid=\${file#/proc/}; pid=\${pid%/stat}
    name=\${line#*(}; name=\${name%)*}
    set -- \${line##*) }
    eval "parent$pid=$2"; ticks=$((ticks + \${12} + \${13} + \${14} + \${15}))
    case $1 in Z | X) continue ;; esac
    [ "$pid" != 1 ] || continue
    kind=other
    case $name in ${waiting}) kind=waiting ;; sshd* | sftp-server) kind=sshd ;; ${dialerName}) kind=dialer ;; esac
    eval "kind$pid=$kind"
    case $kind in sshd | dialer) continue ;; esac
    suspects="$suspects $pid:$5:\${20}"
  done
  found= editors=
  for one in $suspects; do
    pid=\${one%%:*}; rest=\${one#*:}; tty=\${rest%:*}; born=\${rest#*:}
    family "$pid"; eval "kind=\\$kind$pid root=\\\${kind$top:-}"
    if [ "$tty" != 0 ]; then [ "$kind" = waiting ] || found="$found $top:$pid:$born:tty"; continue; fi
    [ "$up" = 0 ] || continue
    if [ "$root" = sshd ]; then
      arguments "$pid"
      case $words in */.*-server/* | */.*-server-insiders/*) editors="$editors $top "; continue ;; esac
      [ "$kind" = waiting ] || found="$found $top:$pid:$born:session"
    else
      arguments "$top"
      [ -n "$probe" ] && [ "$words" = "$probe" ] || found="$found $top:$pid:$born:exec"
    fi
  done
  for one in $found; do
    top=\${one%%:*}; rest=\${one#*:}; pid=\${rest%%:*}; rest=\${rest#*:}; born=\${rest%:*}
    case $one in *:session) case $editors in *" $top "*) continue ;; esac ;; esac
    if [ $((now - born)) -ge "$age" ]; then command=$pid; else young=$pid; fi
  done
  echo "$command $young $ticks"
}

# CPU time of the whole container, in hundredths of a second.
cpu() {
  spent=
  if [ -r /sys/fs/cgroup/cpu.stat ]; then
    while read -r key value; do [ "$key" != usage_usec ] || spent=$((value / 10000)); done </sys/fs/cgroup/cpu.stat
  fi
  for file in /sys/fs/cgroup/cpuacct/cpuacct.usage /sys/fs/cgroup/cpu,cpuacct/cpuacct.usage; do
    [ -z "$spent" ] && [ -r "$file" ] && read -r value <"$file" && spent=$((value / 10000000))
  done
  spent=\${spent:-$1}
}

network() {
  bytes=0
  while IFS=': ' read -r name in _ _ _ _ _ _ _ out _; do
    case $name:$in in lo:* | *:*[!0-9]* | *:) ;; *) bytes=$((bytes + in + out)) ;; esac
  done </proc/net/dev
}

# Connections from elsewhere to whatever listens here: requests to a published port.
requests() {
  listening=' ' open=' '
  for file in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$file" ] || continue
    while read -r _ here there state _; do
      case $state in
        0A) listening="$listening\${here##*:} " ;;
        [0-9A-F][0-9A-F]) case $there in
          ??????7F:* | 00000000000000000000000001000000:* | 0000000000000000FFFF0000??????7F:*) ;;
          *) open="$open$here-$there " ;;
        esac ;;
      esac
    done <"$file"
  done
  fresh= seen=' '
  for one in $open; do
    here=\${one%%-*}
    case $listening in *" \${here##*:} "*) ;; *) continue ;; esac
    case $known in *" $one "*) ;; *) fresh=$one ;; esac
    seen="$seen$one "
  done
  known=$seen
}

# When each terminal was last read from and written to.
terminals() {
  set -- /dev/pts/[0-9]*
  if [ -e "$1" ]; then moved=$(stat -c '%n %X %Y' "$@" 2>/dev/null); else moved=; fi
}

known=' ' pspent= pbytes=0 pmoved=; clock; last=$now idle=0
echo "${watchLine('$((limit / 100))')}"
while :; do
  clock; delta=$((now - last)); last=$now
  why=
  set -- $(commands); [ "$1" = - ] || why="command $1"
  cpu "$3"
  [ -z "$pspent" ] || [ $(((spent - pspent) * 100)) -le $((share * delta)) ] || why="cpu $((spent - pspent)) in $delta"
  pspent=$spent
  network; [ $(((bytes - pbytes) * 100)) -le $((${spec.networkBytes} * delta)) ] || why="network $((bytes - pbytes))"
  pbytes=$bytes
  requests; [ -z "$fresh" ] || why="request $fresh"
  terminals; [ "$moved" = "$pmoved" ] || why=terminal
  pmoved=$moved
  if [ -s ${used} ]; then : >${used}; why=told; fi
  if [ -n "$why" ]; then
    idle=0
  else
    [ "$delta" -le $((every * 2)) ] || delta=$((every * 2))
    idle=$((idle + delta))
  fi
  printf '%s %s\\n' "$((idle / 100))" "$why" >${idleFolder}/state
  if [ "$idle" -ge "$limit" ]; then
    : >${stopping}
    clock; set -- $(commands)
    if [ -s ${used} ] || [ "$1$2" != -- ]; then
      rm -f ${stopping}
    else
      echo "${stopLine('$((idle / 100))')}"
      ${spec.end} && while :; do sleep 60; done
      rm -f ${stopping}
    fi
  fi
  sleep $pause
done`;
}
