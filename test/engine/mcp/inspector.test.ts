import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tools } from '../../../src/core/tools/table';
import { run } from '../../harness/exec';
import { bundle } from '../../harness/berth';
import { Bed } from '../cli/bed';
import { officialTools } from './official';

type Input = Readonly<Record<string, unknown>>;

describe('the official inspector’s command line', function () {
  this.timeout(240_000);
  const bed = new Bed();
  let inspect: (...args: readonly string[]) => Promise<Input>;
  before(async () => {
    const { node, inspector } = await officialTools();
    const server = [process.execPath, join(await bundle(), 'cli.js'), 'mcp'];
    const env = Object.entries({ ...bed.berth.env() }).flatMap(([name, value]) =>
      !/^(BERTH_|DOCKER_|PATH$|HOME$)/.test(name) ? [] : ['-e', `${name}=${value}`],
    );
    await mkdir(bed.dir, { recursive: true });
    inspect = async (...args) => {
      const { stdout } = await run(node, [inspector, '--cli', ...env, ...server, ...args], { cwd: bed.dir });
      return JSON.parse(stdout) as Input;
    };
  });
  after(() => bed.dispose());

  const called = new Set<string>();
  const call = async (name: string, input: Input = {}): Promise<Input> => {
    const words = Object.entries(input).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const args = words.length === 0 ? [] : ['--tool-arg', ...words];
    const { structuredContent, isError, content } = await inspect(
      '--method',
      'tools/call',
      '--tool-name',
      name,
      ...args,
    );
    assert.notEqual(isError, true, `${name}: ${JSON.stringify(content)}`);
    called.add(name);
    return structuredContent as Input;
  };

  it('lists every tool, and finds each schema one that every client takes', async () => {
    const listed = (await inspect('--method', 'tools/list', '--strict')) as { tools: { name: string }[] };
    assert.deepEqual(
      listed.tools.map(({ name }) => name),
      tools.map(({ name }) => name),
    );
  });

  it('calls every tool, each time by a server of its own', async () => {
    const made = (await call('spawn', { key: 'inspected', memory_mb: 256 })) as { container: { id: string } };
    const container = made.container.id;
    const init = 'git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m a';
    assert.equal((await call('exec', { container, argv: [init], shell: true }))['exit_code'], 0);
    const { id } = (await call('exec_start', { container, argv: ['sleep', '300'] })) as { id: string };
    await call('fs_write', { container, path: 'a.txt', content: 'one' });
    const edits = [{ old: 'one', new: 'two' }];
    await Promise.all([call('fs_edit', { container, path: 'a.txt', edits }), call('list'), call('doctor')]);
    assert.equal((await call('fs_read', { container, path: 'a.txt' }))['text'], 'two');
    const plain = ['status', 'stats', 'logs', 'fs_list'].map((name) => () => call(name, { container }));
    const rest = [
      () => call('attach', { project: container }),
      () => call('exec_poll', { id }),
      () => call('fs_stat', { container, path: 'a.txt' }),
      () => call('diff', { container }),
      ...plain,
    ];
    for (let at = 0; at < rest.length; at += 3) await Promise.all(rest.slice(at, at + 3).map((one) => one()));
    assert.equal((await call('exec_cancel', { id }))['state'], 'cancelled');
    await call('fs_delete', { container, path: 'a.txt' });
    const kept = (await call('snapshot', { container, name: 'inspected' })) as { snapshot: { id: string } };
    const snapshot = kept.snapshot.id;
    await call('snapshot_list', { container });
    await call('snapshot_restore', { container, snapshot, now: true });
    await call('stop', { container });
    await call('kill', { container });
    await call('snapshot_remove', { snapshot });
    assert.deepEqual([...called].sort(), tools.map(({ name }) => name).sort());
  });
});
