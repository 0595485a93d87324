import { isList, kindOf } from './json';
import { wrongKind, type Context, type Handler } from './context';
import { variable } from './environment';
import { fromPairs, parseMount } from './mount-text';
import { publish } from './ports';
import { parseRunArgs } from './run-flags';
import { capability, losePrivileged, securityOption } from './security';
import { mount } from './storage';
import { substitute } from './variables';
import { userFlag } from './user';
import type { FieldPath } from '../templates/tree';

/** What becomes of one flag; `value` has its variables filled in. */
type FlagHandler = (context: Context, value: string, from: FieldPath) => void;

const to =
  (...path: string[]): FlagHandler =>
  ({ ledger }, value, from) =>
    ledger.carry(from, ['spec', ...path], value);

const number =
  (...path: string[]): FlagHandler =>
  ({ ledger }, value, from) =>
    ledger.carry(from, ['spec', ...path], /^[0-9]{1,15}$/.test(value) ? Number(value) : value);

const needless =
  (reason: string): FlagHandler =>
  ({ ledger }, _, from) =>
    ledger.needless(from, reason);

const lost =
  (reason: string, instead?: string): FlagHandler =>
  ({ ledger }, _, from) =>
    ledger.lose(from, reason, instead);

/** `[HOST:]CONTAINER[:ro]`: a folder of this machine where it looks like a path, else a volume's name. */
const volume: FlagHandler = (context, value, from) => {
  const [source, target, options = ''] = splitVolume(value);
  const parts = fromPairs([
    ['type', /^(?:[./~]|\$\{local|[A-Za-z]:[\\/])/.test(source) ? 'bind' : 'volume'],
    ['source', source],
    ['target', target],
    ...options.split(',').map((option): [string, string] => [option === 'rw' ? '' : option, 'true']),
  ]);
  mount(context, parts, from, '--volume: ');
};

/** A colon also stands in variables and behind the letter of a Windows drive. */
function splitVolume(text: string): [string, string, string?] {
  const parts = text.match(/(?:^[A-Za-z]:[\\/])?(?:\$\{[^}]*\}|[^:$]|\$)+/g) ?? [];
  const [first = '', second, ...rest] = parts;
  return second === undefined ? ['', first] : [first, second, rest.join(',')];
}

const environment: FlagHandler = (context, value, from) => {
  const at = value.indexOf('=');
  // Without a value it is this machine's own.
  if (at === -1) variable(context, value, `\${localEnv:${value}}`, from);
  else variable(context, value.slice(0, at), value.slice(at + 1), from);
};

const network: FlagHandler = ({ ledger }, value, from) => {
  if (value === 'none') ledger.carry(from, ['spec', 'security', 'network'], 'none');
  else if (value === 'bridge' || value === 'default') ledger.needless(from, 'It is the network that containers have.');
  else
    ledger.lose(
      from,
      '--network: A container has the engine’s bridge or no network at all.',
      'ports, where one is to be reached',
    );
};

const ulimit: FlagHandler = ({ ledger }, value, from) => {
  const [, name, soft, hard] = /^([a-z]+)=([0-9]{1,10})(?::([0-9]{1,10}))?$/.exec(value) ?? [];
  if (name !== 'nofile') ledger.lose(from, '--ulimit: Only the number of open files has a limit of its own.');
  else {
    const note = hard !== undefined && hard !== soft ? 'the higher of both limits' : undefined;
    ledger.carry(from, ['spec', 'resources', 'nofile'], Math.max(Number(soft), Number(hard ?? soft)), note);
  }
};

const gpus: FlagHandler = ({ ledger }, value, from) => {
  if (/^(?:all|[0-9]{1,2})$/.test(value))
    ledger.carry(from, ['spec', 'resources', 'gpus'], value === 'all' ? value : Number(value));
  else ledger.lose(from, '--gpus: GPUs are given by their number, not one by one.', 'resources: { gpus: all }');
};

const privilegedFlag: FlagHandler = (context, value, from) => {
  if (value === 'false') context.ledger.needless(from, 'No container is privileged.');
  else losePrivileged(context, from, '--privileged: ');
};

const detached = needless('The container runs in the background.');
const handlers: ReadonlyMap<string, FlagHandler> = new Map<string, FlagHandler>([
  ['cpus', number('resources', 'cpus')],
  ['memory', to('resources', 'memory')],
  ['shm-size', to('resources', 'shm')],
  ['pids-limit', number('resources', 'pids')],
  ['ulimit', ulimit],
  ['gpus', gpus],
  ['cap-add', (context, value, from) => capability(context, value, from, '--cap-add: ')],
  ['cap-drop', needless('Every capability is dropped but the few that logging in needs.')],
  ['security-opt', (context, value, from) => securityOption(context, value, from, '--security-opt: ')],
  ['privileged', privilegedFlag],
  [
    'read-only',
    ({ ledger }, value, from) => ledger.carry(from, ['spec', 'security', 'read_only_root'], value !== 'false'),
  ],
  ['network', network],
  ['env', environment],
  [
    'env-file',
    lost('--env-file: A template names its variables itself.', 'environment, or secrets with from: file:PATH'),
  ],
  ['volume', volume],
  ['mount', (context, value, from) => mount(context, parseMount(value), from, '--mount: ')],
  ['tmpfs', lost('--tmpfs: A template mounts no memory but /dev/shm.', 'resources: { shm: 1g }')],
  ['publish', (context, value, from) => publish(context, value, from, '--publish: ')],
  ['user', userFlag],
  ['workdir', lost('--workdir: Work begins where the workspace is mounted.', '`berth exec --workdir`')],
  ['init', needless('Every container has an init.')],
  ['health-cmd', to('health', 'command')],
  ['health-interval', to('health', 'interval')],
  ['health-timeout', to('health', 'timeout')],
  ['health-retries', number('health', 'retries')],
  ['detach', detached],
  ['interactive', detached],
  ['tty', detached],
  ['rm', lost('--rm: A container stays until it is removed or refreshed.')],
  ['restart', needless('A crashed container is started again.')],
  ['name', lost('--name: A container is named after its project.', '`berth up --name NAME`')],
  ['hostname', lost('--hostname: A container is named after its project.', '`berth up --name NAME`')],
  ['label', lost('--label: Labels are for what has to be true of a container, not for templates.')],
  ['device', lost('--device: Devices of the machine are not given to containers.')],
  [
    'add-host',
    lost(
      '--add-host: A template has no names of hosts.',
      'a line for /etc/hosts in run does not last; use the address',
    ),
  ],
  [
    'ipc',
    lost(
      '--ipc: A container shares no memory with the machine or others.',
      'resources: { shm: 1g } for more of its own',
    ),
  ],
  ['pid', lost('--pid: A container sees its own processes only.')],
  ['runtime', lost('--runtime: The engine’s own runtime is used.', 'resources: { gpus: all } for GPUs')],
  ['platform', lost('--platform: The engine’s own platform is used.')],
]);

const runArgs: Handler = (context, value, from) => {
  const { ledger, places } = context;
  if (!isList(value)) {
    wrongKind(ledger, value, from, 'a list');
    return;
  }
  const words = value.filter((word) => typeof word === 'string');
  if (words.length < value.length) {
    const odd = value.findIndex((word) => typeof word !== 'string');
    ledger.lose(from, `runArgs[${odd}] is ${kindOf(value[odd] ?? null)}, not a text, so none of them is read.`);
    return;
  }
  for (const { name, value: given, indices } of parseRunArgs(words)) {
    const [first = 0, ...more] = indices;
    const path = [...from, first];
    for (const index of more) ledger.cover([...from, index]);
    const handler = name === null ? undefined : handlers.get(name);
    if (name === null) ledger.lose(path, 'It is no flag of `docker run`.');
    else if (given === null) ledger.lose(path, `--${name}: Its value is missing.`);
    else if (handler === undefined) ledger.lose(path, `${flagName(name)}: A template has nothing like it.`);
    else if (['volume', 'mount', 'env'].includes(name)) handler(context, given, path);
    else {
      const filled = substitute(given, places);
      if (filled.text === null) ledger.lose(path, `--${name}: ${filled.reason}`, filled.instead);
      else handler(context, filled.text, path);
    }
  }
};

function flagName(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name.slice(0, 60)}`;
}

/** Arguments of `docker run`. */
export const runArgsHandlers: Readonly<Record<string, Handler>> = { runArgs };
