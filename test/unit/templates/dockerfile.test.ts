import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseLayer } from '../../../src/core/templates/load';
import { mergeTrees } from '../../../src/core/templates/merge';
import { planImage } from '../../../src/core/templates/image/plan';
import { resolvedSpec } from '../../../src/core/templates/schema';
import { toValue } from '../../../src/core/templates/tree';
import type { ImagePlan, ImageTarget } from '../../../src/core/templates/types';

const target: ImageTarget = { uid: 1000, gid: 1000, buildkit: true };

/** The plan of a spec, by way of the YAML text that a person would write. */
function plan(spec: object, where: Partial<ImageTarget> = {}): ImagePlan {
  const document = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name: 'probe' }, spec };
  const { tree, problems } = parseLayer(JSON.stringify(document), 'probe.yaml');
  assert.deepEqual(problems, []);
  assert.ok(tree !== null);
  const value = toValue(tree) as { spec: unknown };
  const files: string[] = [];
  const head = { name: 'probe', description: '', files, written: new Set<string>(), origins: new Map() };
  return planImage({ ...head, spec: resolvedSpec.parse(value.spec) }, { ...target, ...where });
}

const rich = {
  base_image: 'python:3.12-slim-bookworm',
  build_args: { B: '2', A: '1', C: '$x "y" \\' },
  packages: { apt: ['git', 'curl=7.88.1-10+deb12u8'], pip: ['pandas>=2.2,<3'], npm: ['@types/node@22'] },
  run: ['echo one', 'echo two'],
  user: { name: 'pat', sudo: true },
  environment: { Z: '1', A: '2' },
  resources: { cpus: 2, memory: '1g' },
  security: { no_new_privileges: false },
};

/** The same value with the keys of every map in another order. */
function shuffled(value: unknown, order: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
  if (typeof value !== 'object' || value === null) return value;
  const map = value as Record<string, unknown>;
  return Object.fromEntries(order(Object.keys(map)).map((key) => [key, shuffled(map[key], order)]));
}

describe('templates: the Dockerfile', () => {
  it('orders its layers by how often they change', () => {
    const { dockerfile } = plan(rich);
    const phases = [...dockerfile.matchAll(/: berth ([a-z]+(?: [0-9]+)?)/g)].map(([, phase]) => phase);
    assert.deepEqual(phases, ['base', 'apt', 'pip', 'npm', 'run 1', 'run 2', 'sudo', 'user']);
    assert.match(dockerfile, /^FROM python:3\.12-slim-bookworm\n\nUSER root\n/);
    assert.match(dockerfile, /\nUSER pat\n\nWORKDIR \/workspace\n\nCMD \["sleep", "infinity"\]\n$/);
    assert.doesNotMatch(dockerfile, /^(?:LABEL|# syntax)/m);
  });

  it('is the same, byte for byte, whatever the order of keys', () => {
    const expected = plan(rich);
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (weights) => {
        let next = 0;
        const order = (keys: string[]) =>
          keys
            .map((key) => [weights[next++ % weights.length] ?? 0, key] as const)
            .sort(([a], [b]) => a - b)
            .map(([, key]) => key);
        assert.deepEqual(plan(shuffled(rich, order) as object), expected);
      }),
    );
  });

  it('has one fingerprint with and without build cache mounts', () => {
    const mounted = plan(rich);
    const plain = plan(rich, { buildkit: false });
    assert.equal(plain.fingerprint, mounted.fingerprint);
    assert.match(mounted.dockerfile, /--mount=type=cache/);
    assert.doesNotMatch(plain.dockerfile, /--mount/);
    assert.equal(mounted.tag, `berth/probe:${mounted.fingerprint.slice(0, 12)}`);
  });

  it('depends on what the build depends on, and only on that', () => {
    const { fingerprint } = plan(rich);
    const same = [
      { environment: {} },
      { resources: { cpus: 1 } },
      { post_create: ['x'] },
      { persist: 'none' },
      { ports: [1] },
    ];
    for (const change of same) assert.equal(plan({ ...rich, ...change }).fingerprint, fingerprint);
    const other = [
      ...[{ base_image: 'debian:12' }, { build_args: {} }, { packages: {} }, { run: [] }, { user: { name: 'pat' } }],
      { workspace: { path: '/w' } },
    ];
    for (const change of other) assert.notEqual(plan({ ...rich, ...change }).fingerprint, fingerprint);
    assert.notEqual(plan(rich, { uid: 1001 }).fingerprint, fingerprint);
  });

  it('makes root the user of a folder of root', () => {
    const { user, home, dockerfile } = plan(rich, { uid: 0, gid: 0 });
    assert.deepEqual([user, home], ['root', '/root']);
    assert.doesNotMatch(dockerfile, /useradd|sudoers|berth sudo/);
  });

  it('splits what one command line cannot carry, and keeps every line short', () => {
    const apt = Array.from({ length: 10_000 }, (_, index) => `package-number-${index}`);
    const { dockerfile } = plan({ base_image: 'a', packages: { apt } });
    const steps = dockerfile.split('\n\n').filter((step) => step.includes(': berth apt'));
    assert.ok(steps.length > 5 && steps.every((step) => step.length < 100_000));
    assert.deepEqual(dockerfile.match(/package-number-[0-9]+/g), apt);
    for (const line of dockerfile.split('\n')) assert.ok(line.length < 16_000);
  });

  it('writes any build argument so that it stays one', () => {
    const expected = plan({ base_image: 'a', build_args: { X: '' } }).dockerfile.split('\n').length;
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => !/[\0\r\n\p{Surrogate}]/u.test(text)),
        (value) => {
          const lines = plan({ base_image: 'a', build_args: { X: value } }).dockerfile.split('\n');
          assert.equal(lines.filter((line) => line.startsWith('ARG X=')).length, 1);
          assert.equal(lines.length, expected);
        },
      ),
    );
  });

  it('writes any build step as one instruction', () => {
    const count = (dockerfile: string) => dockerfile.split(/\n\n/).length;
    const expected = count(plan({ base_image: 'a', run: ['x'] }).dockerfile);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.trim() !== '' && !/[\0\p{Surrogate}]/u.test(text)),
        (script) => assert.equal(count(plan({ base_image: 'a', run: [script] }).dockerfile), expected),
      ),
    );
  });

  it('refuses a UID that no system has', () => {
    for (const uid of [-1, 1.5, 2 ** 32, Number.NaN]) assert.throws(() => plan(rich, { uid }), RangeError);
  });
});

describe('templates: merging', () => {
  // One kind a key: where the kinds differ the upper one stands, so the order in which three are laid together shows.
  const list = fc.uniqueArray(fc.string({ maxLength: 2 }), { maxLength: 4 });
  const level = <T>(inner: fc.Arbitrary<T>) =>
    fc.record({ scalar: fc.oneof(fc.string({ maxLength: 3 }), fc.boolean()), list, map: inner }, { requiredKeys: [] });
  const map = level(level(fc.constant({})));
  const treeOf = (value: unknown) => {
    const parsed = parseLayer(JSON.stringify({ spec: { editor: { settings: value } } }), 'f').tree;
    assert.ok(parsed !== null);
    return parsed;
  };
  const merged = (...values: unknown[]) =>
    toValue(values.map(treeOf).reduce((lower, upper) => mergeTrees(lower, upper) as typeof lower));

  it('of a document with itself changes nothing, and none stays without what it adds', () => {
    fc.assert(fc.property(map, (value) => assert.deepEqual(merged(value, value), toValue(treeOf(value)))));
  });

  it('does not depend on which of three are laid together first', () => {
    fc.assert(
      fc.property(map, map, map, (one, two, three) => {
        const [a, b, c] = [treeOf(one), treeOf(two), treeOf(three)];
        assert.deepEqual(toValue(mergeTrees(mergeTrees(a, b), c)), toValue(mergeTrees(a, mergeTrees(b, c))));
      }),
    );
  });
});
