import type { ExportContext } from './export';

const runArgs = ['runArgs'];
const securityOpt = ['securityOpt'];

/** Limits, health and security: arguments of `docker run` where there is no property. Berth's own defaults stay Berth's. */
export function exportContainer(context: ExportContext): void {
  resources(context);
  health(context);
  security(context);
  const { spec, ledger, has } = context;
  if (has('git', 'identity')) {
    const at = ['spec', 'git', 'identity'];
    if (spec.git.identity === 'host') ledger.needless(at, 'Editors copy the git identity by themselves.');
    else ledger.lose(at, 'Editors copy the git identity by themselves.');
  }
  if (has('git', 'credentials')) {
    ledger.lose(['spec', 'git', 'credentials'], 'Editors share git credentials by rules of their own.');
  }
  for (const [index, agent] of spec.agents.entries()) {
    const known = agent === 'claude' ? 'the feature ghcr.io/anthropics/devcontainer-features/claude-code:1' : undefined;
    ledger.lose(
      ['spec', 'agents', index],
      'No agent is installed by itself.',
      known ?? 'its install command in postCreateCommand',
    );
  }
}

function resources({ spec, add, ledger, has }: ExportContext): void {
  const { cpus, memory, pids, shm, nofile, gpus } = spec.resources;
  const flags = {
    cpus: `--cpus=${cpus}`,
    memory: `--memory=${sizeText(memory)}`,
    pids: `--pids-limit=${pids}`,
    shm: `--shm-size=${sizeText(shm)}`,
    nofile: `--ulimit=nofile=${nofile}`,
  };
  for (const [field, flag] of Object.entries(flags)) {
    if (has('resources', field)) add(['spec', 'resources', field], runArgs, flag);
  }
  if (!has('resources', 'gpus')) return;
  if (gpus === 'none') ledger.needless(['spec', 'resources', 'gpus'], 'No GPU is given unless one is asked for.');
  else add(['spec', 'resources', 'gpus'], runArgs, `--gpus=${gpus}`);
}

function health({ spec, add, has }: ExportContext): void {
  const { command, interval, timeout, retries } = spec.health;
  if (command === undefined) return;
  add(['spec', 'health', 'command'], runArgs, `--health-cmd=${command}`);
  if (has('health', 'interval'))
    add(['spec', 'health', 'interval'], runArgs, `--health-interval=${durationText(interval)}`);
  if (has('health', 'timeout'))
    add(['spec', 'health', 'timeout'], runArgs, `--health-timeout=${durationText(timeout)}`);
  if (has('health', 'retries')) add(['spec', 'health', 'retries'], runArgs, `--health-retries=${retries}`);
}

function security({ spec, add, ledger, has }: ExportContext): void {
  const { cap_add, no_new_privileges, read_only_root, seccomp, network, allow_host_paths } = spec.security;
  const at = (...path: (string | number)[]) => ['spec', 'security', ...path];
  for (const [index, name] of cap_add.entries()) add(at('cap_add', index), ['capAdd'], name);
  if (has('security', 'no_new_privileges')) {
    if (no_new_privileges) add(at('no_new_privileges'), securityOpt, 'no-new-privileges');
    else ledger.needless(at('no_new_privileges'), 'Processes may gain privileges unless that is taken away.');
  }
  if (has('security', 'read_only_root')) {
    if (read_only_root) add(at('read_only_root'), runArgs, '--read-only');
    else ledger.needless(at('read_only_root'), 'The root file system is writable.');
  }
  if (has('security', 'seccomp')) {
    if (seccomp === 'default') ledger.needless(at('seccomp'), 'It is the engine’s default.');
    else
      add(
        at('seccomp'),
        securityOpt,
        `seccomp=${seccomp}`,
        seccomp === 'unconfined' ? undefined : 'seen from where the tool runs',
      );
  }
  if (has('security', 'network')) {
    if (network === 'none') add(at('network'), runArgs, '--network=none');
    else ledger.needless(at('network'), 'It is the engine’s default.');
  }
  for (const index of allow_host_paths.keys()) {
    ledger.needless(at('allow_host_paths', index), 'Any folder of this machine can be mounted.');
  }
}

/** Bytes in the largest unit that they are a whole number of, as the engine reads it. */
function sizeText(bytes: number): string {
  for (const [unit, size] of [
    ['g', 2 ** 30],
    ['m', 2 ** 20],
    ['k', 2 ** 10],
  ] as const) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}b`;
}

/** Milliseconds as the engine reads them. */
function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
