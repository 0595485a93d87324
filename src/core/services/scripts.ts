import { readyFile, waitFile } from '../projects/ready-file';
import { shellCommand } from '../quote';
import { sourceEnvironment } from '../secrets/places';
import { scanFolder, scriptFolder } from './places';
import type { ScriptFile } from './types';

/** Seconds: a run that lasted so long wipes out the deaths before it. */
const longRun = 60;

/** Milliseconds: a wait that was doubled up to here is not doubled again. */
const longestWait = 300_000;

/** The variable by which the supervisor hands down the container's own `PATH`: it runs as root by another one itself. */
export const containerPath = 'BERTH_PATH';

/**
 * How a command of the user's runs: with the container's environment, which the supervisor has handed down, the secrets'
 * over it, in the workspace. Takes the workspace and the command as arguments.
 */
export const asUser = [
  `PATH=$${containerPath}; unset ${containerPath}`,
  sourceEnvironment,
  'cd -- "$1" || exit',
  'exec /bin/sh -c "$2"',
].join('\n');

/** Becomes a command as another user: takes the user and the command. */
export const asScript = `${scriptFolder}/as`;

/** By numbers: the supervisor's own switch by name fails in an image whose C library finds no list of its databases. */
const as = [
  '#!/bin/sh',
  'user=$1; shift',
  '[ "$user" != root ] || exec "$@"',
  `exec s6-applyuidgid -u "$(id -u "$user")" -g "$(id -g "$user")" -G "$(id -G "$user" | tr ' ' ,)" "$@"`,
];

/**
 * The beginning of a service: waits for what it needs, then for the time that its last death calls for, and becomes the
 * command. All that a look has to tell lies in `data`: `mark` says what it waits for.
 */
const run = [
  'exec 2>&1 </dev/null',
  'echo $$ >data/group',
  // For secrets that came to be wanted later: the mounts' list tells whose file that is, and an image's copy is nobody's.
  `if [ -z "$gate" ] && [ -s ${waitFile} ] && read -r id <${waitFile} && grep -q "/$id/" /proc/self/mountinfo; then gate=yes; fi`,
  `if [ -n "$gate" ] && [ ! -e ${readyFile} ]; then`,
  '  echo gate >data/mark',
  '  looks=0',
  // Often at first, when somebody is about to bring the secrets; then now and then, until somebody comes.
  `  until [ -e ${readyFile} ]; do`,
  '    if [ $looks -lt 150 ]; then looks=$((looks + 1)); sleep 0.2; else sleep 1; fi',
  '  done',
  'fi',
  'if [ -s data/wait ]; then',
  '  echo backoff >data/mark',
  '  read -r wait <data/wait',
  '  sleep "$wait"',
  'fi',
  'rm -f data/mark data/wait data/asked',
  'date +%s >data/began',
  'export HOME="$home" USER="$user" LOGNAME="$user"',
  `set -- ${asScript} "$user" ${shellCommand(['/bin/sh', '-c', asUser, 'sh'])} "$workspace" "$command"`,
  '[ ! -e notification-fd ] || set -- s6-notifyoncheck -d -n 0 -w 500 -t 5000 "$@"',
  'exec "$@"',
];

/**
 * What follows a service's end: whatever it started and left behind is ended too, since it may hold the port that the next
 * run wants. A death that nobody asked for is counted; the first is followed by a start at once, each after it by one after
 * twice the wait, and after too many of them the supervisor is told (125) to leave it down.
 */
const finish = [
  'read -r group <data/group && kill -s TERM -- "-$group" 2>/dev/null && {',
  '  tries=0',
  '  while [ $tries -lt 30 ] && kill -s 0 -- "-$group" 2>/dev/null; do tries=$((tries + 1)); sleep 0.1; done',
  '  kill -s KILL -- "-$group" 2>/dev/null',
  '}',
  `[ ! -e ${scanFolder}/.ending ] || exit 0`,
  'if [ -e data/asked ]; then rm -f data/asked data/mark data/wait data/deaths; exit 0; fi',
  'if [ -s data/mark ]; then exit 0; fi',
  'deaths=0; restarts=0; began=0',
  '[ ! -s data/deaths ] || read -r deaths <data/deaths',
  '[ ! -s data/restarts ] || read -r restarts <data/restarts',
  '[ ! -s data/began ] || read -r began <data/began',
  `[ $(($(date +%s) - began)) -lt ${longRun} ] || deaths=0`,
  'deaths=$((deaths + 1))',
  'echo $deaths >data/deaths',
  'if [ "$1" = 256 ]; then how="was ended by signal $2"; else how="ended with exit code $1"; fi',
  'if [ $deaths -gt $max ]; then',
  '  echo failed >data/mark',
  '  echo "berth: $name $how; given up after $max starts in a row"',
  '  exit 125',
  'fi',
  'echo $((restarts + 1)) >data/restarts',
  'if [ $deaths -eq 1 ]; then echo "berth: $name $how; starting it again"; exit 0; fi',
  'wait=$backoff; doubled=2',
  `while [ $doubled -lt $deaths ] && [ $wait -lt ${longestWait} ]; do wait=$((wait * 2)); doubled=$((doubled + 1)); done`,
  String.raw`wait=$(printf '%d.%03d' $((wait / 1000)) $((wait % 1000)))`,
  'echo "$wait" >data/wait',
  'echo "berth: $name $how; starting it again in $wait s"',
];

/** At the container's stop: what ends now did not die. */
const terminate = ['#!/bin/sh', `: >${scanFolder}/.ending`, `exec s6-svscanctl -t ${scanFolder}`];

const lines = (of: readonly string[]): string => `${of.join('\n')}\n`;

/** What is the same for all services. */
export const sharedScripts: readonly ScriptFile[] = [
  { path: asScript, text: lines(as), mode: 0o755 },
  { path: `${scriptFolder}/run`, text: lines(run), mode: 0o644 },
  { path: `${scriptFolder}/finish`, text: lines(finish), mode: 0o644 },
  { path: `${scanFolder}/.s6-svscan/SIGTERM`, text: lines(terminate), mode: 0o755 },
];

/** A script that sets variables and goes on with a shared one. */
export function scriptWith(variables: readonly string[], shared: 'run' | 'finish'): string {
  return lines(['#!/bin/sh', ...variables, `. ${scriptFolder}/${shared}`]);
}
