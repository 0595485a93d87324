import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ContainerDetail } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import type { Limits } from '../../../src/core/model';
import { planDifferences, strongest } from '../../../src/core/projects/plan';
import { classedFields, classify, differenceClasses, isStronger } from '../../../src/core/projects/plan-classes';
import type { DifferenceClass } from '../../../src/core/projects/plan-classes';
import { limitChange, limitChangeInWords, limitsOn } from '../../../src/core/projects/plan-limits';
import { orderedJson, specChanges } from '../../../src/core/projects/spec-diff';
import { templateJsonSchema } from '../../../src/core/templates/json-schema';
import type { JsonSchema } from '../../../src/core/templates/json-schema';
import { summary } from './summaries';

/** Fields of a template: maps and lists of the user's own making are one each. */
function fieldsOf(schema: JsonSchema | undefined, path: readonly string[] = []): string[] {
  const within = Object.entries(schema?.properties ?? {});
  if (within.length === 0) return [path.join('.')];
  return within.flatMap(([name, child]) => fieldsOf(child, [...path, name]));
}

const resources = { cpus: 2, memory: 2 ** 30, pids: 500, shm: 64 * 2 ** 20, nofile: 2048, gpus: 'none' };
const health = { interval: 60_000, timeout: 10_000, retries: 3, max_age: 259_200_000, max_disk: 80 };
const limits: Limits = { cpus: 2, memoryBytes: 2 ** 30, pids: 500 };

function container(spec: object, real: Limits = limits, fingerprint = 'f1'): ContainerDetail {
  return {
    ...summary('current', {}, { [labels.spec]: orderedJson(spec), [labels.fingerprint]: fingerprint }),
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    healthCheck: null,
    pid: null,
    execs: 0,
    imageId: 'sha256:1',
    environment: {},
    mounts: [],
    limits: real,
  };
}

interface Asking {
  readonly real?: Limits;
  /** Of the image that the template comes to; another one than the container's unless said. */
  readonly fingerprint?: string;
  readonly folder?: string;
  readonly template?: string;
  readonly engineCpus?: number;
}

function differences(had: object, wanted: object, asking: Asking = {}) {
  const { real, fingerprint = 'f2', folder = '/src/api', template = 'python', engineCpus = 4 } = asking;
  const full = { resources, ...wanted };
  return planDifferences({
    container: container({ resources, ...had }, real),
    asked: { spec: orderedJson(full), image: { fingerprint }, template, resources: full.resources },
    folder,
    engineCpus,
    hostSources: new Map(),
  });
}

/** The differences alone that a change of the spec makes, when it changes no image. */
const told = (had: object, wanted: object, asking: Asking = {}) =>
  differences(had, wanted, { fingerprint: 'f1', ...asking }).map(
    ({ path, before, after, class: kind }) => `${kind}: ${path} ${before ?? '–'} → ${after ?? '–'}`,
  );

describe('the classes of a plan', () => {
  it('know every field of the schema, and none that it has not', () => {
    const { metadata, spec } = templateJsonSchema().properties ?? {};
    const fields = [...fieldsOf(metadata, ['metadata']), ...fieldsOf(spec)];
    assert.deepEqual([...classedFields].sort(), fields.sort());
    assert.ok(fields.includes('resources.cpus') && fields.includes('services'), 'the walk found the fields');
  });

  const port = { port: 3000, host: 3000, publish: false };
  const table: readonly [DifferenceClass, object, object][] = [
    ['rebuild', { base_image: 'a' }, { base_image: 'b' }],
    ['rebuild', { packages: { apt: [] } }, { packages: { apt: ['jq'] } }],
    ['rebuild', { packages: { pip: ['a'] } }, { packages: { pip: [] } }],
    ['rebuild', { run: ['a', 'b'] }, { run: ['b', 'a'] }],
    ['rebuild', { user: { name: 'a' } }, { user: { name: 'b' } }],
    ['rebuild', { build_args: { A: '1' } }, { build_args: {} }],
    ['rebuild', { agents: [] }, { agents: ['claude'] }],
    ['rebuild', { workspace: { path: '/a' } }, { workspace: { path: '/b' } }],
    ['recreate', { environment: { A: '1' } }, { environment: { A: '2' } }],
    ['recreate', { environment: {} }, { environment: { A: '1' } }],
    ['recreate', { persist: 'home' }, { persist: 'none' }],
    ['recreate', { volumes: [] }, { volumes: [{ host: 'data', container: '/data', mode: 'rw' }] }],
    ['recreate', { resources: { ...resources, shm: 1 } }, {}],
    ['recreate', { resources: { ...resources, nofile: 64 } }, {}],
    ['recreate', { resources: { ...resources, gpus: 'all' } }, {}],
    ['recreate', { security: { cap_add: [] } }, { security: { cap_add: ['SYS_PTRACE'] } }],
    ['recreate', { security: { network: 'full' } }, { security: { network: 'none' } }],
    ['recreate', { health }, { health: { ...health, command: 'true' } }],
    [
      'recreate',
      { health: { ...health, command: 'true' } },
      { health: { ...health, command: 'true', interval: 1000 } },
    ],
    ['recreate', { ports: [port] }, { ports: [{ ...port, publish: true }] }],
    ['recreate', { services: {} }, { services: { web: { command: 'x' } } }],
    ['recreate', { services: { web: { command: 'x' } } }, { services: { web: { command: 'y' } } }],
    ['restart', { post_start: [] }, { post_start: ['a'] }],
    ['recreate', { idle: {} }, { idle: { stop_after: 60_000 } }],
    ['live', {}, { resources: { ...resources, cpus: 1 } }],
    ['live', {}, { resources: { ...resources, memory: 2 ** 29 } }],
    ['live', {}, { resources: { ...resources, pids: 100 } }],
    ['nothing', { health }, { health: { ...health, interval: 1000 } }],
    ['nothing', { health }, { health: { ...health, max_age: 1, max_disk: 90 } }],
    ['nothing', { post_create: [] }, { post_create: ['a'] }],
    ['nothing', { ports: [] }, { ports: [port] }],
    [
      'nothing',
      { ports: [{ ...port, publish: true }] },
      {
        ports: [
          { ...port, publish: true },
          { ...port, port: 1 },
        ],
      },
    ],
    ['nothing', { secrets: {} }, { secrets: { A: { from: { kind: 'env', value: 'A' }, as: 'env' } } }],
    ['nothing', { git: { credentials: 'none' } }, { git: { credentials: 'agent' } }],
    ['nothing', { editor: { settings: {} } }, { editor: { settings: { 'a.b.c': 1 } } }],
    ['nothing', { security: { allow_host_paths: [] } }, { security: { allow_host_paths: ['/x'] } }],
  ];
  for (const [kind, had, wanted] of table) {
    it(`${kind}: ${JSON.stringify(had)} → ${JSON.stringify(wanted)}`, () => {
      // What needs no other image comes to none.
      const found = differences(had, wanted, { fingerprint: kind === 'rebuild' ? 'f2' : 'f1' });
      assert.equal(strongest(found), kind);
      for (const one of found) assert.notEqual(one.why, '');
    });
  }

  it('need no build where the image comes out the same, but what else the field needs', () => {
    const facts = { specs: [], sameImage: true };
    assert.equal(classify({ path: 'packages.apt', before: ['a', 'b'], after: ['b', 'a'] }, facts).class, 'nothing');
    assert.equal(classify({ path: 'workspace.path', before: '/a', after: '/b' }, facts).class, 'recreate');
  });

  it('take the strongest of a branch that a container of another version has not, and are careful with the unknown', () => {
    const facts = { specs: [], sameImage: false };
    assert.equal(classify({ path: 'packages', before: undefined, after: {} }, facts).class, 'rebuild');
    assert.equal(classify({ path: 'editor', before: undefined, after: {} }, facts).class, 'nothing');
    assert.equal(classify({ path: 'of_the_future', before: 1, after: 2 }, facts).class, 'recreate');
    // A field whose name begins like another's is not that field.
    assert.equal(classify({ path: 'running', before: 1, after: 2 }, facts).class, 'recreate');
  });
});

describe('a plan', () => {
  it('has nothing to say of a container that is what its template asks for', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const turned = Object.fromEntries(Object.entries(spec).reverse());
        assert.deepEqual(differences(spec, turned, { fingerprint: 'f1' }), []);
      }),
    );
  });

  it('has one difference a changed field, the strongest first', () => {
    const value = fc.oneof(fc.string(), fc.array(fc.string()));
    const specs = fc.dictionary(fc.constantFrom(...classedFields.filter((field) => !field.includes('.'))), value);
    fc.assert(
      fc.property(specs, specs, (had, wanted) => {
        const found = differences(had, wanted);
        const paths = specChanges(had, wanted).map(({ path }) => path);
        const own = found.map(({ path }) => path).filter((path) => path !== 'fingerprint');
        assert.deepEqual([...own].sort(), [...paths].sort());
        for (const [index, one] of found.entries()) {
          assert.ok(differenceClasses.includes(one.class));
          assert.ok(index === 0 || !isStronger(one.class, found[index - 1]!.class));
        }
      }),
    );
  });

  it('says how it was and how it will be, in a template’s own spelling', () => {
    const before = { environment: { PORT: '3000' }, post_create: [], health: { max_age: 259_200_000, max_disk: 80 } };
    const after = { environment: { A: 'b' }, post_create: ['make'], health: { max_age: 5_400_000, max_disk: 75 } };
    assert.deepEqual(told(before, { ...after, resources: { ...resources, memory: 1536 * 2 ** 20, cpus: 0.5 } }), [
      'recreate: environment.A – → b',
      'recreate: environment.PORT 3000 → –',
      'live: resources.cpus 2 → 0.5',
      'live: resources.memory 1g → 1536m',
      'nothing: health.max_age 72h → 90m',
      'nothing: health.max_disk 80% → 75%',
      'nothing: post_create – → make',
    ]);
  });

  it('tells of long lists what came and went', () => {
    const long = Array.from({ length: 20 }, (_, index) => `package-${index}`);
    const [added, moved, many] = [[...long.slice(1), 'jq'], [...long].reverse(), long.map((name) => `${name}x`)];
    assert.deepEqual(
      [added, moved, many].map((apt) => differences({ packages: { apt: long } }, { packages: { apt } })[0]?.after),
      [
        '+jq −package-0',
        'the same in another order',
        '+package-0x +package-1x +package-2x +package-3x +package-4x +package-5x and 34 more',
      ],
    );
  });

  it('shows no secret: not a source’s command, not a variable that sounds like one, no password in an address', () => {
    const planted = 'hunter2hunter2';
    const secret = (kind: string) => ({ A: { from: { kind, value: planted, name: planted }, as: 'env' } });
    const found = [
      ...differences({ secrets: secret('env') }, { secrets: secret('command') }),
      ...differences({ secrets: {} }, { secrets: secret('command') }),
      ...differences({ environment: { API_TOKEN: planted } }, { environment: { DB_PASSWORD: planted } }),
      ...differences({}, { environment: { URL: `https://me:${planted}@host/x` } }),
      ...differences({}, { build_args: { NPM_KEY: planted } }),
      ...differences({ editor: { settings: {} } }, { editor: { settings: { 'x.apiKey': planted } } }),
    ];
    assert.ok(found.length >= 7);
    assert.doesNotMatch(JSON.stringify(found), new RegExp(planted));
    assert.match(JSON.stringify(found), /from command, as env/);
  });

  it('tells of a folder that moved, a template with another name, and an image that only Berth makes otherwise', () => {
    assert.deepEqual(told({}, {}, { folder: '/src/moved', template: 'other', fingerprint: 'f2' }), [
      'rebuild: fingerprint f1 → f2',
      'recreate: folder /src/api → /src/moved',
      'nothing: metadata.name python → other',
    ]);
  });

  it('tells of a host path that leads elsewhere by now, unless the volumes are others anyway', () => {
    const mounts = [
      { kind: 'bind', source: '/src/api', target: '/workspace', readOnly: false },
      { kind: 'bind', source: '/old/data', target: '/data', readOnly: false },
      { kind: 'volume', volume: 'v', target: '/cache', readOnly: false },
    ] as const;
    const paths = (volumes: object[], source: string) =>
      planDifferences({
        container: { ...container({ resources, volumes: [{ host: 'data', container: '/data' }] }), mounts },
        asked: {
          spec: orderedJson({ resources, volumes }),
          image: { fingerprint: 'f1' },
          template: 'python',
          resources,
        },
        folder: '/src/api',
        engineCpus: 4,
        hostSources: new Map([['/data', source]]),
      }).map((one) => `${one.class}: ${one.before ?? ''} → ${one.after ?? ''}`);
    const same = [{ host: 'data', container: '/data' }];
    assert.deepEqual(paths(same, '/old/data'), []);
    assert.deepEqual(paths(same, '/new/data'), ['recreate: /old/data:/data → /new/data:/data']);
    assert.equal(paths([{ host: 'other', container: '/data' }], '/new/data').length, 1);
  });

  it('compares a container whose label is torn with all that its template says', () => {
    const torn = { ...container({}), labels: { ...container({}).labels, [labels.spec]: '{' } };
    const asked = { spec: orderedJson({ run: ['a'] }), image: { fingerprint: 'f1' }, template: 'python', resources };
    const found = planDifferences({
      container: torn,
      asked,
      folder: '/src/api',
      engineCpus: 4,
      hostSources: new Map(),
    });
    assert.equal(strongest(found), 'rebuild');
  });
});

describe('the limits in a plan', () => {
  it('are those that the engine enforces, whatever the label says', () => {
    const wanted = { resources: { ...resources, cpus: 3 } };
    assert.deepEqual(told({}, wanted, { real: { ...limits, cpus: 3 } }), []);
    assert.deepEqual(told({}, {}, { real: { ...limits, pids: 77, memoryBytes: 2 ** 29 } }), [
      'live: resources.memory 512m → 1g',
      'live: resources.pids 77 → 500',
    ]);
  });

  it('are clamped to the engine’s cpus, and say so', () => {
    const wanted = { resources: { ...resources, cpus: 64 } };
    const [more] = differences({}, wanted, { fingerprint: 'f1' });
    assert.deepEqual([more?.class, more?.before, more?.after], ['live', '2', '4']);
    assert.match(more?.why ?? '', /asks for 64, this engine has 4/);
    assert.deepEqual(told({}, wanted, { engineCpus: 2 }), ['nothing: resources.cpus 2 → 64']);
    assert.deepEqual(told(wanted, wanted, { engineCpus: 2 }), [], 'it was so when the container was made');
  });

  it('are left alone where the engine enforces none', () => {
    const none: Limits = { cpus: null, memoryBytes: null, pids: null };
    assert.deepEqual(told({}, {}, { real: none }), []);
    assert.deepEqual(told({}, { resources: { ...resources, cpus: 1 } }, { real: none }), [
      'nothing: resources.cpus – → 1',
    ]);
  });

  it('are said to the engine only where it has others, and never where it enforces none', () => {
    const wanted = limitsOn({ cpus: 64, memory: 2 ** 30, pids: 100 }, 2);
    assert.deepEqual(wanted, { cpus: 2, memoryBytes: 2 ** 30, pids: 100 });
    assert.deepEqual(limitChange({ cpus: 2, memoryBytes: 2 ** 30, pids: 100 }, wanted), {});
    assert.deepEqual(limitChange({ cpus: 0.1 + 0.2, memoryBytes: 2 ** 30, pids: 100 }, { ...wanted, cpus: 0.3 }), {});
    assert.deepEqual(limitChange({ cpus: null, memoryBytes: null, pids: null }, wanted), {});
    const change = limitChange({ cpus: 1, memoryBytes: 2 ** 30, pids: null }, wanted);
    assert.deepEqual(change, { cpus: 2 });
    assert.equal(limitChangeInWords({ cpus: 1, memoryBytes: 2 ** 30, pids: null }, change), 'cpus 1 → 2');
  });
});
