import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { bootstrap, bootstrapExec } from '../../../src/core/line/bootstrap';
import { multilineVariables, sshdConfig } from '../../../src/core/line/sshd-config';
import { systemFirst } from '../../../src/core/system-first';

const spec = { user: 'dev', environment: {}, folder: '/run/berth/aa-bb' };

/** sshd's own way to cut a line into words (argv_split of OpenSSH): what the quoting has to survive. */
function words(line: string): string[] {
  const all: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < line.length; i += 1) {
    const at = line[i]!;
    const next = line[i + 1] ?? '';
    if (quote === '' && (at === ' ' || at === '\t')) {
      if (word !== null) all.push(word);
      word = null;
    } else if (word === null && at === '#') {
      break;
    } else if (at === '\\' && (['"', "'", '\\'].includes(next) || (quote === '' && next === ' '))) {
      word = (word ?? '') + next;
      i += 1;
    } else if (quote === '' && (at === '"' || at === "'")) {
      quote = at;
      word ??= '';
    } else if (at === quote) {
      quote = '';
    } else {
      word = (word ?? '') + at;
    }
  }
  if (word !== null) all.push(word);
  return all;
}

describe('sshd_config', () => {
  const options = (config: string): Map<string, string> =>
    new Map(
      config
        .trimEnd()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]),
    );

  const rules: readonly (readonly [string, string])[] = [
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['HostbasedAuthentication', 'no'],
    ['UsePAM', 'no'],
    ['AuthenticationMethods', 'publickey'],
    ['X11Forwarding', 'no'],
    ['AllowAgentForwarding', 'no'],
    ['PermitTunnel', 'no'],
    ['AllowTcpForwarding', 'yes'],
    ['Subsystem', 'sftp internal-sftp'],
    ['HostKey', '/run/berth/aa-bb/host_key'],
    ['AuthorizedKeysFile', '/run/berth/aa-bb/authorized_keys'],
  ];
  for (const [name, value] of rules) {
    it(`says ${name} ${value}`, () => assert.equal(options(sshdConfig(spec)).get(name), value));
  }

  for (const [user, root] of [
    ['dev', 'no'],
    ['root', 'prohibit-password'],
  ] as const) {
    it(`lets ${user} alone in, and root ${root === 'no' ? 'never' : 'by key'}`, () => {
      const config = options(sshdConfig({ ...spec, user }));
      assert.deepEqual([config.get('AllowUsers'), config.get('PermitRootLogin')], [user, root]);
    });
  }

  it('allows more channels than anyone has commands', () => {
    assert(Number(options(sshdConfig(spec)).get('MaxSessions')) >= 128);
  });

  it('carries every environment on one SetEnv line, whatever is in it', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
    const value = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.dictionary(name, value), (environment) => {
        const lines = sshdConfig({ ...spec, environment })
          .split('\n')
          .filter((line) => line.startsWith('SetEnv '));
        const many = multilineVariables(environment);
        const single = Object.entries(environment).filter(([key]) => !Object.hasOwn(many, key));
        assert.equal(lines.length, single.length === 0 ? 0 : 1);
        assert.deepEqual(
          words(lines[0] ?? '').slice(1),
          single.map(([key, text]) => `${key}=${text}`),
        );
      }),
    );
  });

  it('refuses a user or folder that could say more than it should', () => {
    for (const user of ['', 'a b', 'a\nPermitRootLogin yes', '-x', 'a*', '!a']) {
      assert.throws(() => sshdConfig({ ...spec, user }), RangeError, user);
    }
    assert.throws(() => sshdConfig({ ...spec, folder: '/run/x\nUsePAM yes' }), RangeError);
  });
});

describe('The bootstrap', () => {
  const parts = { owner: 'ab12', user: 'dev', environment: { PATH: '/bin' }, hostKey: 'SECRET', authorizedKeys: 'PUB' };

  it('has nothing secret in an argument', () => {
    const { argv } = bootstrapExec;
    assert.match(bootstrap(parts).toString(), /SECRET/);
    assert.equal(argv.at(-1), `${systemFirst}; read -r n && eval "$(head -c "$n")"`);
  });

  it('is read to its last byte and no further, and does nothing where it does not come', () => {
    const [shell, ...words] = bootstrapExec.argv;
    const run = (input: string | Buffer) => spawnSync(shell, words, { input, encoding: 'utf8' });
    const script = 'printf %s é; exec cat';
    assert.equal(run(`${Buffer.byteLength(script)}\n${script}SSH-2.0`).stdout, 'éSSH-2.0');
    assert.deepEqual([run('').stdout, run('').stderr], ['', '']);
    const [length = ''] = bootstrap({ ...parts, environment: { A: 'é' } })
      .toString()
      .split('\n', 1);
    assert.equal(bootstrap({ ...parts, environment: { A: 'é' } }).length, Number(length) + length.length + 1);
  });

  it('names its folder after what is in it', () => {
    const folder = (more: Partial<typeof parts>): string | undefined =>
      /\/run\/berth\/[0-9a-f-]+/.exec(bootstrap({ ...parts, ...more }).toString())?.[0];
    assert.equal(folder({}), folder({}));
    for (const more of [{ user: 'x' }, { hostKey: 'x' }, { authorizedKeys: 'x' }, { environment: { PATH: 'x' } }]) {
      assert.notEqual(folder({}), folder(more));
    }
  });
});
