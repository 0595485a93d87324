import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { CommandRunner } from '../../../src/core/command';
import type { TestApi } from '../../../src/extension';
import { runToSink } from '../../../src/editor/run/run-command';
import { Runs } from '../../../src/editor/run/runs';
import { manyLines } from './many-lines';

/** A runner whose commands run beside the editor: what is measured is the way from a stream into a channel. */
const local = {
  run: ({ argv }: { readonly argv: readonly string[] }) => {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exit = once(child, 'close').then(([code]) => ({ code: Number(code), signal: null, ms: 0 }));
    return Promise.resolve({ stdout: child.stdout, stderr: child.stderr, exit, cancel: () => Promise.resolve() });
  },
} as unknown as CommandRunner;

/** A command that prints a line a million times, into the project's channel as Run Command… does it. */
export async function intoChannel(
  api: TestApi,
): Promise<{ readonly ms: number; readonly holds: number; readonly channel: string }> {
  const [row] = api.session.snapshot.rows;
  if (row === undefined) throw new Error('there is no project');
  const channel = api.output.of(row.name);
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const began = performance.now();
  await runToSink(local, row, `seq -f 'line %.0f of many' ${manyLines}`, new Runs(), channel);
  const ms = performance.now() - began;
  loop.disable();
  return { ms, holds: loop.max / 1e6, channel: channel.name };
}
