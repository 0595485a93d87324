import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { mkdir } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../harness/exec';
import { REPOSITORY } from '../harness/paths';
import { median, p95, sample, type Samples } from './samples';
import type { Bench, Figure, Measured } from './suite';

const devcontainer = join(REPOSITORY, 'node_modules/@devcontainers/cli/devcontainer.js');
const content = 'x'.repeat(4096);

/** Containers of an agent's, each with a command of its own; and calls after which memory is looked at. */
const many = 100;
const calls = 10_000;

/** What an agent waits for, call by call, by the official client over stdio; and what the server keeps of it all. */
export async function measureMcp(bench: Bench): Promise<Measured> {
  const { env, version, docker } = await bench.engine();
  const home = join(await bench.folder(), 'home');
  await mkdir(home);
  const all: Readonly<Record<string, string | undefined>> = { ...process.env, ...env, BERTH_HOME: home };
  const said = Object.entries(all);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(REPOSITORY, 'dist/cli.js'), 'mcp'],
    env: Object.fromEntries(said.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    cwd: home,
  });
  const client = new Client({ name: 'bench', version: '1.0.0' });
  await client.connect(transport);
  const call = async (name: string, input: object): Promise<unknown> => {
    const options = { timeout: 300_000 };
    const {
      structuredContent,
      isError,
      content: told,
    } = await client.callTool({ name, arguments: { ...input } }, options);
    if (isError === true) throw new Error(`${name}: ${JSON.stringify(told)}`);
    return structuredContent;
  };
  const spawned: string[] = [];
  const spawn = async (): Promise<string> => {
    const input = { key: `bench ${spawned.length}`, cpus: 2, memory_mb: 128, pids: 100 };
    const { container } = (await call('spawn', input)) as { readonly container: { readonly id: string } };
    spawned.push(container.id);
    return container.id;
  };
  const atRest = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${transport.pid}/status`, 'utf8'))?.[1]) / 1024;
  try {
    bench.say('mcp: two containers');
    // Four commands run in a container at once: eight need two.
    const pair = [await spawn(), await spawn()];
    const [container = ''] = pair;
    const echo = (of: string) => call('exec', { container: of, argv: ['echo', 'hello'] });
    const read = (of: string) => call('fs_read', { container: of, path: 'a.txt' });
    const write = (of: string) => call('fs_write', { container: of, path: `${serial++ % 8}.txt`, content });
    let serial = 0;
    for (const of of pair) await call('fs_write', { container: of, path: 'a.txt', content });
    const times = bench.rounds * 100;
    const figures: Figure[] = [];
    const measured: Record<string, Samples> = {};
    const rows: readonly (readonly [what: string, one: (of: string) => Promise<unknown>, most: readonly number[]])[] = [
      ['`exec` of echo', echo, [12, 30]],
      ['`fs_read` of 4 KiB', read, [5]],
      ['`fs_write` of 4 KiB', write, [5]],
    ];
    for (const [what, one, [most, mostOf95]] of rows) {
      bench.say(`mcp: ${what}`);
      await eightAtATime(16, pair, one);
      const alone = await sample(what, times, () => one(container));
      measured[what] = alone;
      const eight = { what, ms: await eightAtATime(times, pair, one) };
      figures.push(
        { what, how: 'one at a time, median', value: median(alone), unit: 'ms', ...atMost(most) },
        { what, how: 'one at a time, p95', value: p95(alone), unit: 'ms', ...atMost(mostOf95) },
        { what, how: 'eight at a time, median', value: median(eight), unit: 'ms' },
        { what, how: 'eight at a time, p95', value: p95(eight), unit: 'ms' },
      );
    }
    bench.say('mcp: what else there is');
    const found = await docker(['ps', '--quiet', '--no-trunc', '--filter', `label=dev.berth.project=${container}`]);
    const id = found.stdout.trim();
    const few = bench.rounds * 5;
    const dockerExec = await sample('`docker exec`', few, () => docker(['exec', id, 'echo', 'hello']));
    const theirs = await sample('`devcontainer exec`', few, () =>
      run(process.execPath, [devcontainer, 'exec', '--container-id', id, 'echo', 'hello'], { env }),
    );
    bench.say(`mcp: ${calls} calls`);
    const before = atRest();
    let warm = before;
    for (let done = 0; done < calls; done += 1_000) {
      await eightAtATime(500, pair, echo);
      await eightAtATime(250, pair, read);
      await eightAtATime(250, pair, write);
      // What the first thousand load and cache is not growth.
      if (done === 0) warm = atRest();
    }
    figures.push(
      { what: 'memory of the server', how: 'at rest, two containers', value: before, unit: 'MB' },
      { what: 'memory of the server', how: 'after 1,000 more calls', value: warm, unit: 'MB' },
      { what: 'its growth', how: 'over the 9,000 after that', value: atRest() - warm, unit: 'MB', atMost: 10 },
    );
    bench.say(`mcp: ${many} containers`);
    while (spawned.length < many) await Promise.all([spawn(), ...(spawned.length + 1 < many ? [spawn()] : [])]);
    const first = await sample(`a command in each of ${many}`, 1, () => Promise.all(spawned.map(echo)));
    const again = await sample(`the same again`, bench.rounds, () => Promise.all(spawned.map(echo)));
    figures.push(
      {
        what: `one command in each of ${many} containers`,
        how: 'all at once, for the first time',
        value: median(first),
        unit: 'ms',
      },
      { what: `one command in each of ${many} containers`, how: 'again', value: median(again), unit: 'ms' },
    );
    const others = [{ samples: dockerExec }, { samples: theirs }];
    const ours = { ...(measured['`exec` of echo'] ?? { ms: [] }), what: '`exec` by the MCP client' };
    return { engine: version, comparisons: [{ what: 'echo in a running container', ours, others }], figures };
  } finally {
    bench.say('mcp: all away');
    while (spawned.length > 0) {
      await Promise.all(spawned.splice(0, 4).map((one) => call('kill', { container: one }).catch(() => undefined)));
    }
    await client.close();
  }
}

function atMost(value: number | undefined): Pick<Figure, 'atMost'> {
  return value === undefined ? {} : { atMost: value };
}

/** Eight calls under way at any time, half of them in each container; the milliseconds of each. */
async function eightAtATime(
  times: number,
  containers: readonly string[],
  one: (container: string) => Promise<unknown>,
): Promise<number[]> {
  const ms: number[] = [];
  let left = times;
  const lane = async (container: string): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      await one(container);
      ms.push(performance.now() - began);
    }
  };
  await Promise.all([0, 1, 2, 3].flatMap(() => containers.map(lane)));
  return ms;
}
