import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { judgeRequest, readAll, sentence } from '../../../src/core/git/answer';
import { gitEnvironment, socketFolder } from '../../../src/core/git/environment';
import { parseIdentity } from '../../../src/core/git/identity';
import { originOf, originsIn } from '../../../src/core/git/origins';
import { Refusals } from '../../../src/core/git/refusals';
import { fillText, foundText, parseRequest } from '../../../src/core/git/request';
import { agentPath } from '../../../src/core/git/sessions';
import { gitWishOf } from '../../../src/core/git/wish';

const person = { name: 'Pat "O\'Neil" $HOME', email: 'pat@example.org' };
const facts = { identity: person, project: 'demo', sockets: socketFolder('0a1b') };

describe('git: what sessions get', () => {
  it('sets name and email after what the container’s environment sets already, as git itself reads them', () => {
    const container = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'a.b', GIT_CONFIG_VALUE_0: 'c' };
    const wish = { identity: 'host', credentials: 'none' } as const;
    const added = gitEnvironment(container, { ...facts, wish });
    const env = { ...process.env, HOME: '/nonexistent', ...container, ...added };
    const read = (key: string): string => execFileSync('git', ['config', key], { env, encoding: 'utf8', cwd: '/' });
    assert.equal(read('user.name'), `${person.name}\n`);
    assert.equal(read('user.email'), 'pat@example.org\n');
    assert.equal(read('a.b'), 'c\n');
  });

  it('says nothing where there is nothing to say, and leaves a broken count to git', () => {
    const nobody = { ...facts, identity: { name: null, email: null } };
    assert.deepEqual(gitEnvironment({}, { ...nobody, wish: { identity: 'host', credentials: 'none' } }), {});
    assert.deepEqual(gitEnvironment({}, { ...facts, wish: { identity: 'none', credentials: 'none' } }), {});
    const wish = { identity: 'host', credentials: 'token' } as const;
    assert.deepEqual(gitEnvironment({ GIT_CONFIG_COUNT: 'x' }, { ...facts, wish }), {});
  });

  it('keeps every value on one line, since more cannot come through sshd’s settings', () => {
    for (const credentials of ['token', 'agent'] as const) {
      const values = Object.values(gitEnvironment({}, { ...facts, wish: { identity: 'host', credentials } }));
      assert.ok(values.length > 2 && values.every((value) => !/[\r\n]/.test(value)));
    }
  });

  it('reads a person as git lists one: the last counts, and a line end is none', () => {
    assert.deepEqual(parseIdentity('user.name\nA\0user.email\na@b\0user.name\nB\0'), { name: 'B', email: 'a@b' });
    assert.deepEqual(parseIdentity('user.name\n \0user.email\na\nb\0'), { name: null, email: null });
  });

  it('reads a wish of any version, and takes what it does not know for nothing', () => {
    assert.deepEqual(gitWishOf({ git: { identity: 'host', credentials: 'token' } }), {
      identity: 'host',
      credentials: 'token',
    });
    for (const spec of [null, {}, { git: 1 }, { git: { credentials: 'all' } }]) {
      assert.deepEqual(gitWishOf(spec), { identity: 'none', credentials: 'none' });
    }
  });

  it('finds the agent where the system has it', () => {
    assert.equal(agentPath({ SSH_AUTH_SOCK: '/a' }, 'linux'), '/a');
    assert.equal(agentPath({ SSH_AUTH_SOCK: '' }, 'darwin'), null);
    assert.match(agentPath({}, 'win32') ?? '', /pipe/);
  });
});

describe('git: servers', () => {
  const origins: readonly (readonly [url: string, origin: string | null])[] = [
    ['https://github.com/a/b.git', 'https://github.com'],
    ['https://GitHub.com', 'https://github.com'],
    ['https://pat:secret@git.example.org:8443/x', 'https://git.example.org:8443'],
    ['https://git.example.org:443/x', 'https://git.example.org'],
    ['http://git.example.org/x', 'http://git.example.org'],
    ['https://[::1]:3000/x', 'https://[::1]:3000'],
    ['git@github.com:a/b.git', null],
    ['ssh://git@github.com/a', null],
    ['https://git hub.com/', null],
    ['https://github.com\nhost=evil', null],
    ['https://github.com@evil.example/', 'https://evil.example'],
    ['/srv/git', null],
    ['https://', null],
  ];
  for (const [url, origin] of origins) {
    it(`${JSON.stringify(url)} is ${origin}`, () => assert.equal(originOf(url), origin));
  }

  it('are taken of remotes over HTTPS alone, each once', () => {
    const listed = [
      'remote.origin.url\nhttps://github.com/a',
      'remote.origin.pushurl\nhttps://github.com/b',
      'remote.old.url\nhttp://plain.example/a',
      'remote.ssh.url\ngit@github.com:a',
    ];
    assert.deepEqual(originsIn(`${listed.join('\0')}\0`), ['https://github.com']);
  });
});

describe('git: requests', () => {
  const ask = (...lines: readonly string[]): string => `${['action=get', 'timeout=900', ...lines].join('\n')}\n`;

  it('are read, passed on and answered as git writes them', () => {
    const request = parseRequest(ask('protocol=https', 'host=git.example.org:8443', 'username=pat', 'wwwauth[]=x'));
    assert.equal(request?.origin, 'https://git.example.org:8443');
    assert.equal(fillText(request), 'protocol=https\nhost=git.example.org:8443\nusername=pat\n\n');
    assert.equal(foundText('protocol=https\nhost=h\nusername=pat\npassword=a=b c\n'), 'username=pat\npassword=a=b c\n');
    assert.equal(foundText('protocol=https\nusername=pat\n'), null);
  });

  const none: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['another action', 'action=store\nprotocol=https\nhost=a\npassword=x\n'],
    ['another protocol', ask('protocol=ssh', 'host=a')],
    ['no host', ask('protocol=https')],
    ['another server in the protocol', ask('protocol=https://git.example.org/x', 'host=evil.example')],
    ['a path in the host', ask('protocol=https', 'host=github.com/evil')],
    ['a person in the host', ask('protocol=https', 'host=github.com@evil.example')],
    ['a carriage return', ask('protocol=https', 'host=a\r', 'username=b')],
    ['too much', ask('protocol=https', 'host=a', `path=${'x'.repeat(20_000)}`)],
  ];
  for (const [what, text] of none) it(`are none with ${what}`, () => assert.equal(parseRequest(text), null));

  it('are read to their end, and no further than one can be long', async () => {
    const whole = new PassThrough();
    whole.end('action=get\n');
    assert.equal(await readAll(whole, 5_000), 'action=get\n');
    const endless = new PassThrough();
    endless.write('x'.repeat(20_000));
    assert.equal(await readAll(endless, 5_000), null);
    assert.ok(endless.destroyed);
  });

  it('are answered for the servers that were granted alone, and refused with what to run', () => {
    const token = { hosts: ['https://a.example'], at: '' };
    assert.equal(judgeRequest('https://a.example', { token }, 'demo').kind, 'fill');
    const other = judgeRequest('https://b.example', { token }, 'demo');
    assert.match(
      other.kind === 'refuse' ? other.message : '',
      /berth grant demo --host https:\/\/a\.example --host https:\/\/b\.example$/,
    );
    for (const grants of [{}, { agent: { at: '' } }]) {
      const none = judgeRequest('https://a.example', grants, 'demo');
      assert.match(none.kind === 'refuse' ? none.message : '', /berth grant demo$/);
    }
    assert.equal(judgeRequest('https://a.example:8443', { token }, 'demo').kind, 'refuse');
    assert.equal(judgeRequest('http://a.example', { token }, 'demo').kind, 'refuse');
    assert.equal(sentence('a\nb'), 'berth=a b\n');
  });
});

describe('git: refusals', () => {
  it('are told once a minute each, and five of a project, whatever hosts are made up', () => {
    let now = 0;
    const refusals = new Refusals(() => now);
    const news = (...causes: string[]): string[] => causes.filter((cause) => refusals.isNews('p', cause));
    assert.deepEqual(news('a', 'a', 'b', 'c', 'd', 'e', 'f', 'g'), ['a', 'b', 'c', 'd', 'e']);
    assert.ok(refusals.isNews('another', 'f'));
    now = 59_999;
    assert.deepEqual(news('a', 'f'), []);
    now = 60_000;
    assert.deepEqual(news('f', 'a', 'f'), ['f', 'a']);
  });
});
