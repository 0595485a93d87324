import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore, type Core } from '../../src/core';
import { noProgress, silentLogger } from '../../src/core/log';
import { labels } from '../../src/core/model';
import { REPOSITORY } from '../harness/paths';
import type { Bench, Measured } from './suite';
import type { Watched } from './watcher';
import { bundleProgram } from '../harness/program';

const containers = 100;
/** Milliseconds: until a process that has just begun is at rest, and for how long it is watched then. */
const times = { settle: 30_000, watched: 60_000 };

/** What watching over a hundred running containers costs a window that does nothing else. */
export async function measureHealth(bench: Bench): Promise<Measured> {
  const { socket, docker, env, version } = await bench.engine();
  const root = await bench.folder();
  const home = join(root, 'home');
  const core = createCore({
    log: silentLogger,
    actor: 'cli',
    env: { ...process.env, ...env, BERTH_HOME: home },
    installation: REPOSITORY,
  });
  bench.say(`health: ${containers} containers`);
  const folders = await projects(core, root);
  const watcher = fork(bundle(root), [home, socket, REPOSITORY, folders[0] ?? ''], { execArgv: ['--expose-gc'] });
  await bench.session.keep({ dispose: () => Promise.resolve(void watcher.kill()) });
  const answer = async <T>(): Promise<T> => ((await once(watcher, 'message')) as [T])[0];
  const ask = (ms: number): Promise<Watched> => {
    watcher.send(ms);
    return answer<Watched>();
  };
  try {
    await answer<string>();
    await ask(times.settle);
    bench.say('health: a minute at rest');
    const since = Date.now();
    const { cpuMs, elapsedMs, memoryBytes } = await ask(times.watched);
    const probes = await probesSince(docker, core, since, Date.now());
    const minutes = elapsedMs / 60_000;
    return {
      engine: version,
      figures: [
        { what: 'cpu', how: 'of one core', value: (cpuMs / elapsedMs) * 100, unit: '%', atMost: 0.5 },
        { what: 'memory', how: 'what the process grew by', value: memoryBytes / 1e6, unit: 'MB', atMost: 40 },
        {
          what: 'probes of one container',
          how: 'a minute, at most',
          value: probes.most / minutes,
          unit: '',
          atMost: 1,
        },
        {
          what: 'probes by the engine’s exec',
          how: 'a minute, all',
          value: probes.all / minutes,
          unit: '',
          atMost: 12,
        },
      ].map((figure) => ({ ...figure, value: Math.round(figure.value * 100) / 100 })),
    };
  } finally {
    watcher.kill();
    bench.say('health: cleaning up');
    const { rows } = await core.projects.refresh();
    await inTurns(rows, (row) => core.projects.remove(row, { purge: true }));
    core.dispose();
  }
}

async function projects(core: Core, root: string): Promise<readonly string[]> {
  const folders = Array.from({ length: containers }, (_, index) => join(root, `project-${index}`));
  for (const folder of folders) {
    await mkdir(folder);
    await writeFile(join(folder, 'berth.yaml'), template);
    await chown(folder, 1000, 1000);
  }
  const [first = '', ...others] = folders;
  // It makes the image.
  await core.projects.up(first, {}, noProgress);
  await inTurns(others, (folder) => core.projects.up(folder, {}, noProgress));
  return folders;
}

const template = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench, extends: base }
`;

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<unknown>, atOnce = 4): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What the engine itself remembers of processes that were started in the containers. */
async function probesSince(
  docker: Awaited<ReturnType<Bench['engine']>>['docker'],
  core: Core,
  since: number,
  until: number,
): Promise<{ readonly all: number; readonly most: number }> {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  const filters = ['event=exec_start', `label=${labels.owner}=${await core.home.owner()}`];
  const { stdout } = await docker([
    ...['events', '--since', seconds(since), '--until', seconds(until), '--format', '{{.ID}}'],
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
  const counts = new Map<string, number>();
  for (const id of stdout.split('\n').filter(Boolean)) counts.set(id, (counts.get(id) ?? 0) + 1);
  const each = [...counts.values()];
  return { all: each.reduce((sum, count) => sum + count, 0), most: Math.max(0, ...each) };
}

function bundle(root: string): string {
  const entryPoints = [join(REPOSITORY, 'test/bench/watcher.ts')];
  return bundleProgram(join(root, 'watcher.cjs'), { entryPoints, minify: true });
}
