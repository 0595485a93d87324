import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore } from '../../src/core';
import type { CommandRunner } from '../../src/core/command';
import { noProgress, silentLogger } from '../../src/core/log';
import { upSteps } from '../../src/core/model';
import { REPOSITORY } from '../harness/paths';
import { median, sample } from './samples';
import type { Bench, Figure, Measured } from './suite';

const template = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench-floor, extends: base }
`;

/** So many processes are started at once by one shell: one alone is told by no clock. */
const forks = 500;

/** What the kernel and the engine cost alone, then what Berth's steps of the same take. */
export async function measureFloor(bench: Bench): Promise<Measured> {
  const engine = await bench.engine();
  const { docker } = engine;
  const root = await bench.folder();
  const folder = join(root, 'floor');
  await mkdir(folder);
  await writeFile(join(folder, 'berth.yaml'), template);
  await chown(folder, 1000, 1000);
  const env = { ...process.env, ...engine.env, BERTH_HOME: join(root, 'home') };
  const core = createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY });
  try {
    bench.say('floor: the engine alone');
    let { row } = await core.projects.up(folder, {}, noProgress);
    const name = `bench-floor-${row.id}`;
    const api = await core.engine.get();
    const few = bench.rounds * 5;
    const remove = () => docker(['rm', '--force', name], { accept: 'any' });
    const create = ['create', '--init', '--name', name, row.image, 'sleep', 'infinity'];
    const client = await sample('client', few, () => docker(['version', '--format', '{{.Client.Version}}']));
    const created = await sample('create', few, () => docker(create), remove);
    const started = await sample(
      'start',
      few,
      () => docker(['start', name]),
      () => docker(['stop', '-t', '0', name]),
    );
    await remove();
    const info = await sample('round trip', few * 10, () => api.inspectContainer(row.containerName));
    const exec = await core.projects.runner(row);
    const byExec = await sample('exec', few * 4, () => finished(exec));

    bench.say('floor: the kernel alone');
    const loop = `i=0; while [ $i -lt ${forks} ]; do /bin/true; i=$((i+1)); done`;
    const kernel = await sample('fork', few, () => finished(exec, ['/bin/sh', '-c', loop]));

    bench.say('floor: the same by Berth');
    const line = await core.projects.line(row);
    await line.connect();
    const overLine = await sample('line', few * 20, () => finished(line));
    const steps = new Map<string, number[]>();
    for (let round = 0; round < few; round += 1) {
      await core.projects.remove(row, { purge: false });
      const up = await core.projects.up(folder, {}, noProgress);
      row = up.row;
      for (const step of [...upSteps, 'total'] as const)
        steps.set(step, [...(steps.get(step) ?? []), up.timings[step]]);
    }
    await core.projects.remove(row, { purge: true });
    const above = (ms: number) => ms - median(client);
    const ms = (what: string, how: string, value: number): Figure => ({ what, how, value, unit: 'ms' });
    const spent = [...steps].map(([step, all]) => ms('', `of \`up\`: ${step}`, median({ ms: all })));
    return {
      engine: engine.version,
      figures: [
        ms('the kernel', 'fork, exec and wait, of one in a row of 500', (median(kernel) - median(byExec)) / forks),
        ms('the engine', 'one round trip (inspect)', median(info)),
        ms('', 'create, above the client’s own start', above(median(created))),
        ms('', 'start, likewise', above(median(started))),
        ms('', 'exec of `true` by its API', median(byExec)),
        ms('Berth', '`true` over the Line', median(overLine)),
        ...spent.filter(({ value }) => value > 0),
      ],
    };
  } finally {
    core.dispose();
  }
}

async function finished(runner: CommandRunner, argv: readonly string[] = ['true']): Promise<void> {
  const running = await runner.run({ argv });
  running.stdout.resume();
  running.stderr.resume();
  await running.exit;
}
