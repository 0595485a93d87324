import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isIncluded, withInclude, withoutInclude } from '../../../src/core/line/include';
import {
  findHost,
  hostBlock,
  knownHostsLine,
  proxyCommand,
  withHost,
  withKnownHost,
  withoutHost,
} from '../../../src/core/line/ssh-config';

const places = {
  home: '/h/state/berth',
  launcher: '/h/state/berth/bin/berth',
  identityFile: '/h/state/berth/ssh/id_ed25519',
  knownHostsFile: '/h/state/berth/ssh/known_hosts',
  platform: 'linux',
} as const;
const entry = {
  projectId: 'abc123def456',
  alias: 'berth-web-abc123',
  user: 'dev',
  engine: '0a1b2c',
  hostPublicKey: 'ssh-ed25519 AAAA',
};

describe("Berth's own SSH config", () => {
  it('has one concrete host a project, pinned and by key alone', () => {
    const block = hostBlock(entry, places);
    for (const line of [
      'Host berth-web-abc123',
      '  User dev',
      '  HostKeyAlias berth-project-abc123def456',
      '  StrictHostKeyChecking yes',
      '  HostKeyAlgorithms ssh-ed25519',
      '  Ciphers aes128-gcm@openssh.com,aes256-gcm@openssh.com',
      '  UserKnownHostsFile /h/state/berth/ssh/known_hosts',
      '  IdentityFile /h/state/berth/ssh/id_ed25519',
      '  IdentitiesOnly yes',
      '  ProxyCommand "/h/state/berth/bin/berth" ssh-proxy --home "/h/state/berth" --engine 0a1b2c abc123def456',
    ]) {
      assert(block.split('\n').includes(line), line);
    }
    assert.doesNotMatch(block, /[*?]/);
  });

  for (const [dir, quoted] of [
    ['/a b', '"/a b"'],
    [`/it's`, `"/it's"`],
    ['/a"b', String.raw`"/a\"b"`],
    ['/a$b`c\\d', String.raw`"/a\$b` + '\\`' + String.raw`c\\d"`],
    ['/100%h', '"/100%%h"'],
  ] as const) {
    it(`quotes ${dir} for ssh and for the shell`, () => {
      const command = proxyCommand(entry, { ...places, home: dir });
      assert(command.includes(` --home ${quoted} `), command);
    });
  }

  it('keeps the others when one comes, changes or goes', () => {
    const other = { ...entry, projectId: '999999999999', alias: 'berth-api-999999' };
    const both = withHost(
      withHost('', entry.projectId, hostBlock(entry, places)),
      other.projectId,
      hostBlock(other, places),
    );
    assert.equal(findHost(both, entry.projectId), hostBlock(entry, places));
    assert.equal(findHost(both, other.projectId), hostBlock(other, places));
    const changed = hostBlock({ ...entry, user: 'root' }, places);
    const after = withHost(both, entry.projectId, changed);
    assert.equal(after.match(/^Host /gm)?.length, 2);
    assert.equal(findHost(after, entry.projectId), changed);
    assert.equal(withHost(after, entry.projectId, changed), after);
    const rest = withoutHost(after, other.projectId);
    assert.equal(findHost(rest, other.projectId), null);
    assert.equal(findHost(rest, entry.projectId), changed);
  });

  it('pins one key a project', () => {
    const line = knownHostsLine(entry);
    const other = knownHostsLine({ ...entry, projectId: 'ff' });
    const both = withKnownHost(withKnownHost('', 'ff', other), entry.projectId, line);
    const next = knownHostsLine({ ...entry, hostPublicKey: 'ssh-ed25519 BBBB' });
    assert.equal(withKnownHost(both, entry.projectId, next), other + next);
    assert.equal(withKnownHost(both, entry.projectId, null), other);
  });
});

describe("The Include line in the user's config", () => {
  const own = '/h/state/berth/ssh/config';
  const line = 'Include /h/state/berth/ssh/config';

  it('stands on line 1, once', () => {
    const next = withInclude('Host a\n  User b\n', own)!;
    assert.equal(next.split('\n')[0], line);
    assert.match(next, /^.*\n# .*berth ssh-config remove.*\nHost a\n {2}User b\n$/);
    assert.equal(withInclude(next, own), null);
  });

  it('speaks CRLF where the file does', () => {
    assert.match(withInclude('Host a\r\n', own)!, /^Include [^\r\n]*\r\n# [^\r\n]*\r\nHost a\r\n$/);
  });

  it('is found wherever it applies to all hosts, and moved up where it does not', () => {
    assert(isIncluded(`# mine\n\n  ${line}  \r\nHost a\n`, own));
    const below = `Host a\n  User b\n${line}\n`;
    assert.equal(isIncluded(below, own), false);
    const moved = withInclude(below, own)!;
    assert.equal(moved.split(line).length, 2);
    assert.equal(moved.split('\n')[0], line);
  });

  it('quotes a path that needs it', () => {
    assert.match(withInclude('', '/a b/[c]/config')!, /^Include "\/a b\/\\\[c\]\/config"\n/);
  });

  it('is undone to the byte, for any file', () => {
    const bytes = fc.uint8Array({ maxLength: 80 }).map((data) => Buffer.from(data).toString('latin1'));
    const lines = fc.array(fc.constantFrom('Host *', ' User x', '', '# c', 'Include other', 'Match all'), {
      maxLength: 5,
    });
    const file = fc.oneof(
      bytes,
      lines.map((all) => all.join('\n')),
      lines.map((all) => all.join('\r\n')),
    );
    fc.assert(
      fc.property(file, (before) => {
        const next = withInclude(before, own)!;
        assert(isIncluded(next, own));
        assert.deepEqual(withoutInclude(next, own), { text: before, gone: false });
      }),
    );
  });

  it('takes the file away that it made, and only that', () => {
    assert.deepEqual(withoutInclude(withInclude(null, own)!, own), { text: '', gone: true });
    assert.equal(withoutInclude(`${withInclude(null, own)!}Host a\n`, own)?.gone, false);
    assert.equal(withoutInclude(withInclude('', own)!, own)?.gone, false);
    assert.equal(withoutInclude('Host a\n', own), null);
  });
});
