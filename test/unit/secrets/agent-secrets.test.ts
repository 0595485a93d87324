import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BerthError } from '../../../src/core/errors';
import { createHome } from '../../../src/core/home';
import { labels } from '../../../src/core/model';
import { makerOf } from '../../../src/core/projects/agent-desired';
import { identifyFolder } from '../../../src/core/projects/folders';
import { writeProjectState } from '../../../src/core/projects/state-file';
import { isLeftAsItIs } from '../../../src/core/projects/start-asked';
import type { ContainerDetail } from '../../../src/core/engine/types';
import { KnownSecrets } from '../../../src/core/secrets/known';
import { agreedSecrets, askForSecrets } from '../../../src/core/secrets/secrets';
import {
  changeSecretGrants,
  forgetSecretGrants,
  readSecretGrants,
  secretsSpec,
} from '../../../src/core/secrets/agent-grants';
import { tellUngranted } from '../../../src/core/secrets/agent-verdict';
import { agentWishes } from '../../../src/core/secrets/agent-wishes';
import type { SecretWish } from '../../../src/core/secrets/types';

const wish = (name: string, more: Partial<SecretWish> = {}): SecretWish => ({
  ...{ name, from: { kind: 'env', value: name }, as: 'env', path: null, mode: '0600', required: false },
  ...more,
});

const detail = (id: string, spec: object): ContainerDetail =>
  ({
    id,
    startedAt: '2026-01-02T03:04:05Z',
    labels: { [labels.spec]: JSON.stringify(spec) },
  }) as unknown as ContainerDetail;

describe('Secrets for agents', () => {
  let dir: string;
  let home: ReturnType<typeof createHome>;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-grants-'));
    home = createHome({ BERTH_HOME: dir });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const give = (scope: Parameters<typeof changeSecretGrants>[1], ...wishes: readonly SecretWish[]) =>
    changeSecretGrants(home, scope, () => wishes.map((one) => ({ wish: one, at: '2026-01-02T03:04:05.000Z' })));
  const agent = { labels: { [labels.kind]: 'agent' } };
  const names = (wishes: readonly SecretWish[] | null) => wishes?.map(({ name }) => name) ?? null;

  it('what is wanted and not granted is told with how to grant it; what is required is an error that says so', () => {
    const wanted = [wish('A'), wish('B'), wish('C', { required: true })];
    assert.deepEqual(tellUngranted(wanted, wanted, ['shop']), []);
    assert.deepEqual(tellUngranted(wanted, [wish('C')], ['my shop']), [
      "The template wants the secrets A, B, not granted to agents; the user can by `berth grant 'my shop' --secret A --secret B`.",
    ]);
    assert.throws(
      () => tellUngranted(wanted, [wish('A')], ['--template', 'base']),
      (error) =>
        error instanceof BerthError &&
        error.code === 'secret_not_granted' &&
        error.hint?.includes('`berth grant --template base --secret C`') === true,
    );
    // Where nobody can grant it before it is there, it is told.
    assert.equal(tellUngranted(wanted, [], null).length, 1);
  });

  it('a grant keeps where the value comes from as it was, and a torn file grants nothing', async () => {
    const scope = { kind: 'project', id: 'abc123' } as const;
    const file = wish('NPMRC', {
      from: { kind: 'file', value: '~/.npmrc' },
      as: 'file',
      path: '~/.npmrc',
      mode: '0400',
    });
    await give(scope, file);
    assert.deepEqual(
      (await readSecretGrants(home, scope)).map((grant) => grant.wish),
      [file],
    );
    await forgetSecretGrants(home, 'abc123');
    assert.deepEqual(await readSecretGrants(home, scope), []);
    await writeFile(join(home.stateDir, 'agent-secrets', 'project-abc123.json'), '{"NPMRC":{"from":');
    assert.deepEqual(await readSecretGrants(home, scope), []);
    await assert.rejects(readSecretGrants(home, { kind: 'template', name: '../x' }), RangeError);
  });

  it('reach a person’s container by its template alone, and an agent’s by nothing but grants', async () => {
    const folder = join(dir, 'shop');
    await mkdir(folder);
    const project = await identifyFolder(home, folder);
    await give({ kind: 'project', id: project.id }, wish('TOKEN'));
    assert.equal(await agentWishes(home, project, { labels: {} }), null);
    assert.deepEqual(names(await agentWishes(home, project, agent)), ['TOKEN']);
    // One that an agent had made around a folder, until a person asks for it.
    await writeProjectState(home, project.id, { madeByAgent: true });
    assert.deepEqual(names(await agentWishes(home, project, { labels: {} })), ['TOKEN']);
    await writeProjectState(home, project.id, makerOf({}, { madeByAgent: true }, false));
    assert.equal(await agentWishes(home, project, { labels: {} }), null);
  });

  it('of a template count for what was made from it by a key, and of a project for its worktrees', async () => {
    const folder = join(home.dir, 'agents', 'try', 'try');
    await mkdir(folder, { recursive: true });
    const template = (parent: string) => writeFile(`${folder}.yaml`, JSON.stringify({ metadata: { extends: parent } }));
    await give({ kind: 'template', name: 'base' }, wish('A', { required: true }), wish('B'));
    await give({ kind: 'project', id: 'f00' }, wish('A'));
    await template('base');
    const own = await agentWishes(home, { id: 'f00', folder }, agent);
    assert.deepEqual(own, [wish('A'), wish('B')], 'what was granted to it alone goes first');
    await template('node');
    assert.deepEqual(names(await agentWishes(home, { id: 'f01', folder }, agent)), []);
    // What lies in the workspace says nothing of it.
    await writeFile(join(folder, 'try.yaml'), JSON.stringify({ metadata: { extends: 'base' } }));
    assert.deepEqual(names(await agentWishes(home, { id: 'f01', folder: join(folder, 'try') }, agent)), []);

    const shop = join(dir, 'shop');
    await mkdir(shop);
    const project = await identifyFolder(home, shop);
    await give({ kind: 'project', id: project.id }, wish('TOKEN'));
    const worktree = join(home.dir, 'worktrees', 'shop-fix', 'shop-fix');
    await mkdir(worktree, { recursive: true });
    await writeFile(
      join(home.dir, 'worktrees', 'shop-fix', 'worktree.json'),
      JSON.stringify({ project: project.folder }),
    );
    assert.deepEqual(names(await agentWishes(home, { id: 'f02', folder: worktree }, agent)), ['TOKEN']);
  });

  it('a container that nobody asked for has what a person agreed to, and the next up looks at what else there is', async () => {
    const secrets = (...wishes: readonly SecretWish[]) => ({ secrets: secretsSpec(wishes) });
    const evil = wish('TOKEN', { from: { kind: 'file', value: '/etc/shadow' } });
    const spec = secrets(evil, wish('MORE'));
    const former = detail('one', secrets(wish('TOKEN'), wish('GONE')));
    assert.deepEqual(await agreedSecrets(home, 'abc', former, spec.secrets), secrets(wish('TOKEN')));

    const next = detail('two', spec);
    const parts = { home, secrets: { env: {}, storage: null, known: new KnownSecrets() }, wantedSecrets: () => null };
    await writeProjectState(home, 'abc', { prepared: { container: 'two', started: next.startedAt, done: true } });
    assert.equal(await isLeftAsItIs(parts, 'abc', next), true);
    await askForSecrets({ home, row: { id: 'abc' }, container: next }, secrets(wish('TOKEN')));
    assert.equal(await isLeftAsItIs(parts, 'abc', next), false);
  });

  it('who had a container made is written down once, and a person who asks for it changes that', () => {
    assert.deepEqual(makerOf({ byAgent: true }, {}, true), { madeByAgent: true });
    assert.deepEqual(makerOf({ byAgent: true }, {}, false), {}, 'a person’s stays a person’s');
    assert.deepEqual(makerOf({ byAgent: true }, { madeByAgent: true }, true), {});
    assert.deepEqual(makerOf({}, { madeByAgent: true }, false), { madeByAgent: false });
    assert.deepEqual(makerOf({ agent: { ttlMs: 1 } }, {}, false), {});
  });
});
