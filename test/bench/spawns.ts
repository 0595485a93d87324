import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { REPOSITORY } from '../harness/paths';
import { p95, sample } from './samples';
import type { Bench, Measured } from './suite';

const ready = 2;

/** An agent's `spawn`, from the client's call to its answer: one that waits in the pool, and one that has to be made. */
export async function measureSpawns(bench: Bench): Promise<Measured> {
  const { env, version } = await bench.engine();
  const home = join(await bench.folder(), 'home');
  await mkdir(home);
  const settings = (count: number): Promise<void> =>
    writeFile(join(home, 'agents.yaml'), `warm: [{ template: base, ready: ${count} }]\n`);
  await settings(ready);
  const client = new Client({ name: 'bench', version: '1.0.0' });
  const args = [join(REPOSITORY, 'dist/cli.js'), 'mcp'];
  const all: Readonly<Record<string, string | undefined>> = { ...process.env, ...env, BERTH_HOME: home };
  const said = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env: Object.fromEntries(said), cwd: home }),
  );
  const spawned: string[] = [];
  const spawn = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const input = { key: `bench ${spawned.length}`, ...more };
    const { structuredContent, isError } = await client.callTool({ name: 'spawn', arguments: input });
    if (isError) throw new Error('spawn failed');
    spawned.push((structuredContent as { readonly container: { readonly id: string } }).container.id);
  };
  try {
    bench.say('spawns: the pool fills');
    await filled(home);
    // The first one of all loads what spawning needs.
    await spawn();
    bench.say('spawns: from the pool');
    const warm = await sample(
      '`spawn` from the warm pool',
      bench.rounds * 3,
      () => spawn(),
      () => filled(home),
    );
    bench.say('spawns: made');
    // Another network than those that wait have, which are left alone by it.
    const made = await sample('`spawn` that makes one', bench.rounds * 2, () => spawn({ network: 'full' }));
    return {
      engine: version,
      comparisons: [{ what: 'a container for an agent', ours: warm, others: [{ samples: made }] }],
      figures: [{ what: '`spawn` from the warm pool', how: 'p95', value: p95(warm), unit: 'ms', atMost: 200 }],
    };
  } finally {
    await settings(0);
    for (const id of spawned) await client.callTool({ name: 'kill', arguments: { container: id } });
    await emptied(home);
    await client.close();
  }
}

/** Waits until the server has as many at hand as it is to have. */
async function filled(home: string): Promise<void> {
  while ((await waiting(home)).filter((text) => text.includes('"ready":true')).length < ready) await delay(100);
}

/** The server looks at its settings again within some seconds. */
async function emptied(home: string): Promise<void> {
  while ((await waiting(home)).length > 0) await delay(200);
}

async function waiting(home: string): Promise<string[]> {
  const folder = join(home, 'agents', '.warm');
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
}
