import assert from 'node:assert/strict';
import fc from 'fast-check';
import { utimes } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { contextTar } from '../../../src/core/engine/build-context';
import { resolvedSpec } from '../../../src/core/templates/schema';
import { TemplateFolder } from './folder';
import { plan, rich, shuffled, target } from './planned';

/** Two values for every field, by its path: a build depends on the first list's, and not on the second's. */
const relevant: Readonly<Record<string, readonly [unknown, unknown]>> = {
  base_image: ['debian:12', 'debian:13'],
  build_args: [{ A: '1' }, { A: '2' }],
  'packages.apt': [['curl'], ['curl', 'less']],
  'packages.pip': [['numpy'], ['numpy==2.1.0']],
  'packages.npm': [['typescript'], []],
  'packages.cargo': [['just'], ['just@1.36.0']],
  'packages.go': [['a.example/b'], ['a.example/b@v1.0.0']],
  agents: [[], ['claude']],
  run: [['echo 1'], ['echo 2']],
  'user.name': ['dev', 'pat'],
  'user.sudo': [false, true],
  'workspace.path': ['/workspace', '/work'],
};
const irrelevant: Readonly<Record<string, readonly [unknown, unknown]>> = {
  'workspace.mode': ['bind', 'volume'],
  environment: [{}, { A: '1' }],
  volumes: [[], [{ host: './data', container: '/data' }]],
  persist: ['home', 'none'],
  ports: [[], ['8888:8888']],
  services: [{}, { web: { command: 'x' } }],
  post_create: [[], ['make']],
  post_start: [[], ['make']],
  resources: [{}, { cpus: 1, memory: '1g', pids: 100, shm: '1m', nofile: 100, gpus: 'all' }],
  health: [{}, { command: 'x', interval: '1s', max_age: '1h', on_stale: 'off', keep: '1h' }],
  security: [{ no_new_privileges: false }, { no_new_privileges: false, cap_add: ['SYS_PTRACE'], network: 'none' }],
  secrets: [{}, { A: { from: 'env:A', as: 'env' } }],
  git: [{}, { identity: 'none' }],
  editor: [{}, { extensions: ['a.b'] }],
  idle: [{}, { stop_after: '2h' }],
};
/** What a template can have in place of a base image; where they come from decides about their fingerprint. */
const elsewhere = ['dockerfile', 'image'];

function spec(values: Readonly<Record<string, unknown>>): object {
  const made: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const [head = '', inner] = path.split('.');
    made[head] = inner === undefined ? value : { ...(made[head] as object | undefined), [inner]: value };
  }
  return made;
}

describe('templates: a plan is the same each time', () => {
  const order = fc.array(fc.nat({ max: 999 }), { minLength: 60, maxLength: 60 }).map((weights) => {
    let next = 0;
    return (keys: string[]) =>
      keys
        .map((key) => [weights[next++ % weights.length] ?? 0, key] as const)
        .sort(([a], [b]) => a - b)
        .map(([, key]) => key);
  });

  it('whatever the order of keys, byte for byte', () => {
    const expected = plan(rich);
    fc.assert(
      fc.property(order, (by) => assert.deepEqual(plan(shuffled(rich, by) as object), expected)),
      { numRuns: 15 },
    );
  });

  it('whatever the times of the files, down to the bytes that the engine is sent', async () => {
    const head = { apiVersion: 'devcontainer/v1', kind: 'Template' };
    const child = { ...head, metadata: { name: 'child', extends: './parent.yaml' }, spec: { run: ['make'] } };
    const parent = { ...head, metadata: { name: 'parent' }, spec: rich };
    await using folder = await TemplateFolder.create({
      'child.yaml': JSON.stringify(child),
      'parent.yaml': JSON.stringify(parent),
    });
    const bytes = async () => {
      const made = folder.templates.plan(await folder.templates.resolve(folder.path('child.yaml')), target);
      return { fingerprint: made.fingerprint, tar: await buffer(contextTar(made)) };
    };
    const expected = await bytes();
    const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
    await fc.assert(
      fc.asyncProperty(time, time, async (one, two) => {
        await utimes(folder.path('child.yaml'), one, one);
        await utimes(folder.path('parent.yaml'), two, two);
        assert.deepEqual(await bytes(), expected);
      }),
      { numRuns: 5 },
    );
  });
});

describe('templates: the fingerprint', () => {
  const sudo = { security: { no_new_privileges: false } };

  it('is decided for every field that there is', () => {
    const heads = new Set([...Object.keys(relevant), ...Object.keys(irrelevant)].map((path) => path.split('.')[0]));
    assert.deepEqual([...heads, ...elsewhere].sort(), Object.keys(resolvedSpec.shape).sort());
    const inner = (field: 'packages' | 'user' | 'workspace') => {
      const value: unknown = resolvedSpec.shape[field].parse({});
      return Object.keys(value as object).map((key) => `${field}.${key}`);
    };
    const fields = [...inner('packages'), ...inner('user'), ...inner('workspace')];
    for (const path of fields) assert.ok(path in relevant || path in irrelevant, path);
  });

  /** A whole spec with one of the two values for each field. */
  const choices = (fields: Readonly<Record<string, readonly [unknown, unknown]>>) =>
    fc.record(Object.fromEntries(Object.entries(fields).map(([path, values]) => [path, fc.constantFrom(...values)])));

  it('never changes by a field that no build depends on', () => {
    fc.assert(
      fc.property(choices(relevant), choices(irrelevant), choices(irrelevant), (built, one, two) => {
        const [first, second] = [plan(spec({ ...built, ...one })), plan(spec({ ...built, ...two }))];
        assert.equal(second.fingerprint, first.fingerprint);
        assert.equal(second.dockerfile, first.dockerfile);
      }),
      // Each run changes half of the fields: no field is left out of all.
      { numRuns: 15 },
    );
  });

  it('changes by every field that a build depends on, whatever the others are', () => {
    const changed = (path: string, others: Readonly<Record<string, unknown>>) =>
      (relevant[path] ?? []).map((value) => plan(spec({ ...others, ...sudo, [path]: value })).fingerprint);
    fc.assert(
      fc.property(choices(relevant), choices(irrelevant), (built, rest) => {
        for (const path of Object.keys(relevant)) {
          assert.equal(new Set(changed(path, { ...rest, ...built })).size, 2, path);
        }
      }),
      { numRuns: 3 },
    );
  });

  it('changes with whom the image is for, and not with the builder', () => {
    const { fingerprint } = plan(rich);
    for (const other of [{ uid: 1001 }, { gid: 1001 }, { uid: 0, gid: 0 }]) {
      assert.notEqual(plan(rich, other).fingerprint, fingerprint);
    }
    assert.equal(plan(rich, { buildkit: false }).fingerprint, fingerprint);
  });
});
