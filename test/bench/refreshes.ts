import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createCore, type Core } from '../../src/core';
import { noProgress, silentLogger, type ProgressEvent } from '../../src/core/log';
import type { ProjectRow } from '../../src/core/model';
import { run } from '../harness/exec';
import { REPOSITORY } from '../harness/paths';
import { above, median, sample, type Samples } from './samples';
import type { Bench, BenchEngine, Measured } from './suite';

/** How many containers are replaced under each kind of connection. */
const refreshes = 20;

/**
 * How late a connection is that is made at the very moment at which its container is taken away for a new one, beside the
 * time in which there is none where it is stopped, removed and created.
 */
export async function measureRefreshes(bench: Bench): Promise<Measured> {
  const engine = await bench.engine();
  const root = await bench.folder();
  const folder = join(root, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'berth.yaml'), template);
  await chown(folder, 1000, 1000);
  const env = { ...engine.env, BERTH_HOME: join(root, 'home') };
  const make = (): Core =>
    createCore({ log: silentLogger, actor: 'user', env: { ...process.env, ...env }, installation: REPOSITORY });
  const [core, other] = [make(), make()];
  try {
    bench.say('refreshes: the container');
    const { row } = await core.projects.up(folder, {}, noProgress);
    const config = join(core.home.sshDir, 'config');
    const ssh = () => run('ssh', ['-F', config, row.alias, 'true'], { env });
    const line = async (): Promise<void> => {
      const command = await (await other.projects.line(row)).run({ argv: ['true'] });
      command.stdout.resume();
      command.stderr.resume();
      await command.exit;
    };
    await ssh();
    const atRest = await sample('`ssh <alias> true`', refreshes, ssh);
    bench.say(`refreshes: ${refreshes} with ssh`);
    const bySsh = await during('`ssh <alias> true`, begun at the switch', core, row, ssh, bench.say);
    bench.say(`refreshes: ${refreshes} with the Line`);
    const byLine = await during('a command over a window’s Line, begun at the switch', core, row, line, bench.say);
    bench.say('refreshes: the plain way');
    const plain = await plainWay(engine, row, bench.rounds * 3);
    const late = above(bySsh.samples, atRest);
    return {
      engine: engine.version,
      comparisons: [
        {
          what: 'a connection during a refresh',
          ours: bySsh.samples,
          others: [{ samples: atRest }, { samples: plain }],
        },
        { what: '', ours: byLine.samples, others: [{ samples: plain }] },
      ],
      figures: [
        { what: 'how late ssh is', how: `median of ${refreshes}`, value: median(late), unit: 'ms', atMost: 1000 },
        { what: '', how: 'the latest', value: Math.max(...late.ms), unit: 'ms' },
        {
          what: 'how late the Line is',
          how: `median of ${refreshes}`,
          value: median(byLine.samples),
          unit: 'ms',
          atMost: 1000,
        },
        { what: '', how: 'the latest', value: Math.max(...byLine.samples.ms), unit: 'ms' },
        { what: 'refused', how: `of ${2 * refreshes}`, value: bySsh.refused + byLine.refused, unit: '', atMost: 0 },
      ],
    };
  } finally {
    for (const row of (await core.projects.refresh()).rows) await core.projects.remove(row, { purge: true });
    core.dispose();
    other.dispose();
  }
}

const template = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench, extends: base }
`;

/** Refreshes again and again, and connects as soon as the container has lost its name. */
async function during(
  what: string,
  core: Core,
  row: ProjectRow,
  connect: () => Promise<unknown>,
  say: Bench['say'],
): Promise<{ readonly samples: Samples; readonly refused: number }> {
  const engine = await core.engine.get();
  const ms: number[] = [];
  let refused = 0;
  for (let round = 0; round < refreshes; round += 1) {
    let connected: Promise<void> | undefined;
    const former = (await engine.inspectContainer(row.containerName))?.id;
    const began = async (): Promise<void> => {
      // Before that it is a connection to the former container, whose commands end with it.
      while ((await engine.inspectContainer(row.containerName))?.id === former) await delay(2);
      const at = performance.now();
      await connect().then(
        () => ms.push(performance.now() - at),
        (error: unknown) => {
          refused += 1;
          say(`refreshes: ${what} was refused: ${String(error)}`);
        },
      );
    };
    const told = (event: ProgressEvent): void => {
      if (event.kind === 'step' && event.step === 'start') connected = began();
    };
    await core.projects.refreshContainer(row, { now: true }, told);
    await connected;
  }
  return { samples: { what, ms }, refused };
}

/** From the beginning of the stop until a command has run in the new container: in between there is nothing to connect to. */
async function plainWay({ docker }: BenchEngine, row: ProjectRow, times: number): Promise<Samples> {
  const name = `${row.containerName}-plain`;
  const create = () => docker(['run', '--detach', '--init', '--name', name, row.image, 'sleep', 'infinity']);
  await create();
  const samples = await sample('`docker stop`, `rm`, `run -d` and `exec`', times, async () => {
    await docker(['stop', name]);
    await docker(['rm', name]);
    await create();
    await docker(['exec', name, 'true']);
  });
  await docker(['rm', '--force', name]);
  return samples;
}
