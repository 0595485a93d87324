import { shellCommand } from '../quote';
import { systemFirst } from '../system-first';
import { scanFolder } from './places';
import type { ServiceVerb } from './types';

/** Milliseconds that an act may take until it has come to its end: a service has five seconds to end, and its children three. */
const patience = 12_000;

/**
 * What a person asks of a service is no death of it: a mark says so to the script that runs at its end, and what was counted
 * before is forgotten. To be run by root; comes back when it is done.
 */
const scripts: Readonly<Record<ServiceVerb, readonly string[]>> = {
  // One that is up already stays as it is, unless it only waits to be started again.
  start: [
    'mark=; [ ! -s data/mark ] || read -r mark <data/mark',
    'if [ "$mark" = gate ]; then exit 0; fi',
    'rm -f data/deaths data/wait',
    'if [ "$mark" = backoff ]; then rm -f data/mark; : >data/asked; s6-svc -r .; exit; fi',
    'rm -f data/mark data/asked',
    `s6-svc -u -wu -T ${patience} .`,
  ],
  stop: ['rm -f data/mark data/wait; : >data/asked', `s6-svc -d -wD -T ${patience} .`],
  restart: [
    'mark=; [ ! -s data/mark ] || read -r mark <data/mark',
    'if [ "$mark" = gate ]; then exit 0; fi',
    'rm -f data/mark data/wait data/deaths',
    'if [ "$(s6-svstat -o up .)" = true ]; then',
    `  : >data/asked; s6-svc -r -wr -T ${patience} .`,
    'else',
    `  rm -f data/asked; s6-svc -u -wu -T ${patience} .`,
    'fi',
  ],
};

/** The command, for root in the container, that does something to one service. Pure. */
export function controlCommand(verb: ServiceVerb, name: string): readonly string[] {
  const script = [systemFirst, `cd ${scanFolder}/"$1" || exit`, ...scripts[verb]].join('\n');
  return ['/bin/sh', '-c', script, 'sh', name];
}

/** What {@link retryCommand} exits with where nothing is supervised. */
export const unsupervisedCode = 4;

/**
 * For root: starts all services that died of something that is there by now, as after the commands of post_create, which a
 * service may need and which run while it begins.
 */
export const retryCommand: readonly string[] = [
  '/bin/sh',
  '-c',
  [
    `cd ${scanFolder} 2>/dev/null || exit ${unsupervisedCode}`,
    'for name in *; do',
    '  mark=; [ ! -s "$name/data/mark" ] || read -r mark <"$name/data/mark"',
    `  case $mark in failed | backoff) ${shellCommand(['/bin/sh', '-c'])} "$1" sh "$name";; esac`,
    'done',
  ].join('\n'),
  'sh',
  [`cd ${scanFolder}/"$1" || exit`, ...scripts.start].join('\n'),
];
