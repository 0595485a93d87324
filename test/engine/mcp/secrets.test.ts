import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createCore } from '../../../src/core';
import { BerthError } from '../../../src/core/errors';
import { noProgress, silentLogger } from '../../../src/core/log';
import { spawnBox } from '../../../src/core/sandbox/spawn';
import { Bed } from '../cli/bed';
import { Session, textOf } from './bed';

interface Container {
  readonly id: string;
  readonly name: string;
  readonly secrets: readonly string[];
}

describe('Secrets of agents’ containers', function () {
  this.timeout(120_000);
  const bed = new Bed();
  const value = `kept-${randomBytes(8).toString('hex')}`;
  let session: Session;
  before(async () => {
    session = await Session.open(bed);
    await writeFile(join(bed.dir, 'secret'), value);
    const spec = {
      secrets: {
        TOKEN: { from: `file:${join(bed.dir, 'secret')}`, required: true },
        OTHER: { from: `file:${join(bed.dir, 'secret')}` },
      },
    };
    const template = {
      ...{ apiVersion: 'devcontainer/v1', kind: 'Template', spec },
      metadata: { name: 'wanting', extends: 'base' },
    };
    await mkdir(join(bed.berth.berthHome, 'templates'), { recursive: true });
    await writeFile(join(bed.berth.berthHome, 'templates/wanting.yaml'), JSON.stringify(template));
  });
  after(async () => {
    await session.close();
    await bed.dispose();
  });

  const spawn = async (input: Readonly<Record<string, unknown>>) => {
    const { container, notices } = await session.value('spawn', input);
    return { container: container as Container, notices: notices as string[] };
  };
  const berth = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await bed.run(args);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  /** What a command has in its environment, and whether the value lies in the container's memory. */
  const seen = async (container: string): Promise<string> => {
    const argv = [`echo "[$TOKEN] [$OTHER] $(grep -rl '${value.slice(0, -1)}' /run/berth/secrets | wc -l)"`];
    return textOf(await session.value('exec', { container, argv, shell: true }), 'stdout');
  };

  it('are those that the user granted, from the grant to its end, and lie nowhere else', async () => {
    const asked = { key: 'wants secrets', template: 'wanting', memory_mb: 256 };
    const { error } = await session.call('spawn', asked);
    assert.equal(error?.code, 'secret_not_granted');
    assert.match(error.hint, /berth grant --template wanting --secret TOKEN`/);

    assert.match(await berth('grant', '--template', 'wanting', '--secret', 'TOKEN'), /may now have TOKEN \(file:/);
    const { container, notices } = await spawn(asked);
    assert.deepEqual(container.secrets, ['TOKEN']);
    assert.match(notices.join(), /wants the secret OTHER, not granted/);
    assert.equal(await seen(container.id), `[${value}] [] 2\n`, 'in the environment, and in two files of the memory');

    // Nothing that the agent writes is asked.
    const wish = JSON.stringify({ spec: { secrets: { OTHER: { from: `file:${join(bed.dir, 'secret')}` } } } });
    await session.value('fs_write', { container: container.id, path: 'berth.yaml', content: wish });
    assert.deepEqual((await spawn(asked)).container.secrets, ['TOKEN']);

    assert.match(await berth('grant', container.name, '--list'), /TOKEN +granted .*by template wanting/);
    await berth('grant', container.name, '--secret', `OTHER=file:${join(bed.dir, 'secret')}`);
    assert.equal(await seen(container.id), `[${value}] [${value}] 3\n`, 'it comes to a container that runs');

    await berth('revoke', '--template', 'wanting', '--secret', 'TOKEN');
    assert.equal(await seen(container.id), `[] [${value}] 2\n`, 'the shells that wait have nothing of it either');
    await berth('revoke', container.name);
    assert.equal(await seen(container.id), '[] [] 0\n');

    const journal = readFileSync(join(bed.berth.berthHome, 'journal.jsonl'), 'utf8');
    const told = ['access_granted', 'access_revoked'].map((kind) => journal.split(`"${kind}"`).length - 1);
    assert.deepEqual(told, [2, 2]);
    const own = await bed.docker('ps', '-q', '--filter', `label=dev.berth.project=${container.id}`);
    const inspected = await bed.docker('inspect', own);
    const log = await bed.docker('logs', own);
    for (const text of [journal, inspected, log]) assert.ok(!text.includes(value));
  });

  it('count for a container that an agent had made of a folder, until a person asks for it, and for its worktrees', async () => {
    const from = `file:${join(bed.dir, 'secret')}`;
    const secrets = { TOKEN: { from, required: true }, OTHER: { from } };
    const folder = bed.folder(`shop-${randomBytes(3).toString('hex')}`, { secrets }, process.getuid?.());
    const env = { ...process.env, ...bed.berth.env() };
    const core = createCore({ log: silentLogger, actor: 'agent', env, installation: resolve(__dirname, '../../..') });
    const none = { cpus: undefined, memoryMb: undefined, pids: undefined, ttlSeconds: undefined };
    const wish = { trusted: [bed.dir], folder, limits: none, key: undefined, template: undefined, snapshot: undefined };
    const asked = () => spawnBox(core, { ...wish, network: undefined }, noProgress);
    const names = (row: { readonly secrets: readonly { readonly name: string; readonly state: string }[] }) =>
      row.secrets.filter(({ state }) => state === 'injected').map(({ name }) => name);
    try {
      await assert.rejects(asked(), (error) => error instanceof BerthError && error.code === 'secret_not_granted');
      await berth('grant', folder, '--secret', `TOKEN=${from}`);
      const { row, notices } = await asked();
      assert.deepEqual([names(row), notices.some((text) => text.includes('OTHER, not granted'))], [['TOKEN'], true]);
      await core.projects.restart(row);
      assert.deepEqual(names(await core.projects.detail(row)), ['TOKEN']);
      await berth('up', folder);
      assert.deepEqual(names(await core.projects.detail(row)), ['OTHER', 'TOKEN'], 'what a person asks for, they have');
    } finally {
      core.dispose();
    }

    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-C', folder, ...args]);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'Begin');
    // What stands there now may be an agent's words: a grant by a name alone is of what a person had.
    const now = readFileSync(join(folder, 'berth.yaml'), 'utf8');
    await writeFile(join(folder, 'berth.yaml'), now.replaceAll('/secret"', '/other"'));
    assert.match(await berth('grant', folder, '--secret', 'OTHER'), /\/secret\)/);
    const { container } = await spawn({ key: 'a fix', folder, worktree: true, template: 'base' });
    assert.deepEqual(container.secrets, ['OTHER', 'TOKEN']);
    assert.equal(await seen(container.id), `[${value}] [${value}] 3\n`);
    assert.match(await berth('agents'), /OTHER, TOKEN/);
    await berth('revoke', folder);
    assert.equal(await seen(container.id), '[] [] 0\n');
  });
});
