import { scanFolder } from './places';
import type { ServiceRow, ServiceState } from './types';

/**
 * Prints a line a service: its name, restarts, mark, port, whether it has a check, when it began and what time it is now
 * (seconds since the epoch), then the supervisor's own words for up, ready, wanted up and pid. For anyone in the container.
 */
export const statusScript = [
  `cd ${scanFolder} 2>/dev/null || exit 0`,
  'now=$(date +%s)',
  'for name in *; do',
  // Programs of Berth's own are no services.
  '  case $name in berth.* | "*") continue;; esac',
  '  restarts=0; mark=-; port=-; check=-; began=0',
  '  for fact in restarts mark port began; do',
  '    [ ! -s "$name/data/$fact" ] || read -r $fact <"$name/data/$fact"',
  '  done',
  '  [ ! -e "$name/notification-fd" ] || check=yes',
  '  echo "$name $restarts $mark $port $check $began $now $(s6-svstat -o up,ready,wantedup,pid "$name" 2>/dev/null)"',
  'done',
].join('\n');

/** What the supervisor says of each service, by {@link statusScript}'s output. Pure. */
export function parseStatus(output: string): readonly ServiceRow[] {
  return output.split('\n').flatMap((line) => {
    const [name, restarts, mark = '', port, check, began, now, up, ready, wanted, pid] = line.trim().split(' ');
    if (name === undefined || name === '') return [];
    const facts = {
      mark,
      check: check === 'yes',
      up: up === 'true',
      ready: ready === 'true',
      wanted: wanted === 'true',
    };
    const state = up === undefined ? 'unknown' : stateOf(facts);
    const runs = state === 'running' || state === 'starting' || state === 'stopping';
    return [
      {
        name,
        state,
        ready: state === 'running',
        restarts: Number(restarts),
        pid: runs ? Number(pid) : null,
        uptime: runs ? Math.max(0, Number(now) - Number(began)) : null,
        port: port === '-' ? null : Number(port),
      },
    ];
  });
}

interface Facts {
  /** What its scripts wrote down: `gate`, `backoff`, `failed`, or `-`. */
  readonly mark: string;
  readonly check: boolean;
  readonly up: boolean;
  readonly ready: boolean;
  readonly wanted: boolean;
}

function stateOf({ mark, check, up, ready, wanted }: Facts): ServiceState {
  if (!up) return mark === 'failed' ? 'failed' : wanted ? 'restarting' : 'stopped';
  if (!wanted) return 'stopping';
  if (mark === 'gate') return 'waiting';
  if (mark === 'backoff') return 'restarting';
  return check && !ready ? 'starting' : 'running';
}

/** The services that a container was made with, as they are while it does not run. Pure. */
export function servicesAtRest(names: readonly string[]): readonly ServiceRow[] {
  return names.map((name) => ({ ...bare, name }));
}

const bare: Omit<ServiceRow, 'name'> = {
  state: 'stopped',
  ready: false,
  restarts: 0,
  pid: null,
  uptime: null,
  port: null,
};
