import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseJson } from '../../../src/core/devcontainer/json';
import { parseLayer } from '../../../src/core/templates/load';
import { imported, untold } from './support';

/** Pieces that mean something to a shell, to YAML, to JSON paths or to the format's variables. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'x-1',
    'node',
    '/data',
    '~/.aws',
    '3000',
    '8080:80',
    '4g',
    'true',
    'no',
    '1.10',
    '0x1',
    ': ',
    ' #',
    '- ',
    '\n',
    '\r\n',
  ],
  ...[
    '\t',
    '"',
    "'",
    '`',
    '$(id)',
    '${HOME}',
    '${localEnv:K}',
    '${localEnv:K:d}',
    '${containerEnv:A}',
    '${devcontainerId}',
    '${',
  ],
  ...[
    '${localWorkspaceFolder}',
    '${containerWorkspaceFolder}',
    'source=',
    'target=',
    'type=bind',
    'type=volume',
    ',',
    '=',
    ':',
  ],
  ...[
    '\0',
    '\u007f',
    '\u0085',
    '\u2028',
    '\ud800',
    '\ufeff',
    '__proto__',
    '<<',
    'constructor',
    '*',
    '&a',
    '!t',
    '|',
    '>',
    '%',
    '@',
  ],
  ...[
    '/var/run/docker.sock',
    '..',
    '/',
    'root',
    'ALL',
    'SYS_PTRACE',
    'seccomp=unconfined',
    '\\',
    '{}',
    '[]',
    'ünïcode',
    '\u001b[31m',
  ],
);
const text = fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''));
const scalar = fc.oneof(
  { weight: 5, arbitrary: text },
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const flags = fc.constantFrom(
  ...[
    '--cpus',
    '--cpus=2',
    '-m',
    '--memory=1g',
    '-e',
    '-eA=b',
    '-v',
    '-p',
    '--mount',
    '--cap-add',
    '--security-opt',
    '--privileged',
  ],
  ...[
    '--network',
    '--gpus',
    '--ulimit',
    '--init',
    '-it',
    '--',
    '-',
    '--weird',
    '--tmpfs=/x',
    '-u',
    '--read-only',
    '--health-cmd=true',
  ],
);
const { any } = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
}));
const map = fc.dictionary(text, scalar, { maxKeys: 5 });
const properties: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ...Object.fromEntries(
    [
      'name',
      'image',
      'dockerFile',
      'context',
      'service',
      'remoteUser',
      'containerUser',
      'workspaceFolder',
      'workspaceMount',
    ].map((key) => [key, text]),
  ),
  build: fc.record(
    { dockerfile: text, context: text, args: map, target: text, options: fc.array(text) },
    { requiredKeys: [] },
  ),
  mounts: fc.array(fc.oneof(text, fc.record({ source: text, target: text, type: text }, { requiredKeys: [] })), {
    maxLength: 4,
  }),
  runArgs: fc.array(fc.oneof(flags, text), { maxLength: 8 }),
  containerEnv: map,
  remoteEnv: map,
  secrets: fc.dictionary(text, map, { maxKeys: 3 }),
  features: fc.dictionary(text, map, { maxKeys: 3 }),
  forwardPorts: fc.array(scalar, { maxLength: 4 }),
  appPort: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
  portsAttributes: fc.dictionary(text, map, { maxKeys: 3 }),
  capAdd: fc.array(text, { maxLength: 3 }),
  securityOpt: fc.array(text, { maxLength: 3 }),
  hostRequirements: fc.record({ cpus: scalar, memory: scalar, storage: scalar, gpu: any }, { requiredKeys: [] }),
  postCreateCommand: fc.oneof(
    text,
    fc.array(text),
    fc.dictionary(text, fc.oneof(text, fc.array(text)), { maxKeys: 3 }),
  ),
  postStartCommand: any,
  onCreateCommand: any,
  settings: map,
  customizations: fc.record(
    { vscode: fc.record({ extensions: fc.array(text), settings: any }, { requiredKeys: [] }), other: any },
    { requiredKeys: [] },
  ),
  privileged: fc.boolean(),
  init: any,
  waitFor: any,
};

/** Few by default, since the unit tests are to be quick; a long search sets more. */
const runs = Number(process.env['BERTH_TEST_RUNS'] ?? 10);

describe('any devcontainer.json', function () {
  this.timeout(60_000);

  it('ends part by part in the template or in a list, and the template is valid', () => {
    const known = fc.record(properties, { requiredKeys: [] });
    const odd = fc.dictionary(fc.oneof(text, fc.constantFrom(...Object.keys(properties))), any, { maxKeys: 6 });
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: known }, odd), (document) => {
        const source = JSON.stringify(document);
        const made = imported(source);
        assert.deepEqual(untold(source, made), []);
        assert.deepEqual(parseLayer(made.text, 'berth.yaml').problems, []);
      }),
      { numRuns: runs },
    );
  });

  it('that is broken in any way is told with a place, and nothing else happens', () => {
    const whole = '{"name": "a", /* b */ "mounts": ["x", {"y": [1, 2e5, null]}], // c\n"k": "\\u0041\\n",}';
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(12), fc.oneof(text, fc.string()), (at, cut, insert) => {
        const { root, problems } = parseJson(whole.slice(0, at) + insert + whole.slice(at + cut), 'x.json');
        assert.equal(root === null, problems.length > 0);
        for (const { line, column, file } of problems)
          assert.ok((line ?? 0) > 0 && (column ?? 0) > 0 && file === 'x.json');
      }),
      { numRuns: runs * 5 },
    );
  });

  it('is quick to read even where everything in it is refused', () => {
    const environment = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`bad name ${index}`, 'x']));
    const before = process.cpuUsage();
    const made = imported(JSON.stringify({ containerEnv: environment }));
    assert.equal(made.notCarried.length, 4000);
    // Quadratic work takes a minute. Of CPU, since others on the machine take none of it.
    assert.ok(process.cpuUsage(before).user < 5e6);
  });
});
