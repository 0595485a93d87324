import assert from 'node:assert/strict';
import { addressesOf, releaseOf, serverArch } from '../../../src/core/servers/release';
import { renamed } from '../../../src/core/servers/repack';
import { formatShelf, parseShelf, shelve } from '../../../src/core/servers/shelf';

const commit = 'a'.repeat(40);
const microsoft = {
  commit,
  quality: 'stable',
  version: '1.105.1',
  serverApplicationName: 'code-server',
  serverDataFolderName: '.vscode-server',
  updateUrl: 'https://update.code.visualstudio.com',
};

describe('servers: which one an editor wants, and what is kept', () => {
  it('are found by the product’s own pattern, else by the update service that knows a digest', () => {
    const release = releaseOf(microsoft)!;
    const build = `commit:${commit}/server-linux-arm64/stable`;
    assert.deepEqual(addressesOf(release, 'arm64'), {
      archive: `https://update.code.visualstudio.com/${build}`,
      digest: `https://update.code.visualstudio.com/api/versions/${build}`,
    });
    assert.equal(release.cliName, `Stable-${commit}`);
    const serverDownloadUrlTemplate =
      'https://x.test/${version}.${release}/reh-${os}-${arch}-${quality}-${commit}-${odd}';
    const free = releaseOf({
      ...microsoft,
      serverApplicationName: 'codium-server',
      version: '1.9.0-insider',
      release: '25',
      serverDownloadUrlTemplate,
    })!;
    const archive = `https://x.test/1.9.0.25/reh-linux-x64-stable-${commit}-\${odd}`;
    assert.deepEqual(addressesOf(free, 'x64'), { archive, digest: null });
    assert.equal(free.cliName, null);
  });

  it('are none for a build of one’s own, another maker’s update service, and what could leave its folder', () => {
    for (const change of [
      { commit: undefined },
      { commit: '../x' },
      { quality: 'a/b' },
      { serverDataFolderName: '../.ssh' },
      { serverApplicationName: 'cursor-server' },
      { updateUrl: undefined },
    ]) {
      assert.equal(releaseOf({ ...microsoft, ...change }), null, JSON.stringify(change));
    }
    assert.equal(releaseOf(null), null);
    assert.deepEqual(['amd64', 'aarch64', 'riscv64'].map(serverArch), ['x64', 'arm64', null]);
  });

  it('are kept for each editor apart, the newest three, from a list that may be torn', () => {
    const at = (folder: string, digit: string, added: number) => ({ folder, commit: digit.repeat(40), added });
    const there = [at('.a', '1', 1), at('.a', '2', 2), at('.a', '3', 3), at('.b', '1', 0)];
    const { servers, gone } = shelve(there, at('.a', '4', 4));
    assert.deepEqual(gone, [at('.a', '1', 1)]);
    assert.deepEqual(servers, [at('.a', '2', 2), at('.a', '3', 3), at('.b', '1', 0), at('.a', '4', 4)]);
    assert.deepEqual(parseShelf(formatShelf(servers)), servers);
    assert.deepEqual(parseShelf('{"servers":[{"folder":"../x","commit":"1","added":1}]}'), []);
    assert.deepEqual(parseShelf('{"ser'), []);
  });

  it('have nothing in their archive that leads out of it', () => {
    const head = (name: string, more = {}) =>
      ({ name, type: 'file', mode: 0o4777, size: 1, uid: 7, ...more }) as Parameters<typeof renamed>[0];
    assert.equal(renamed(head('outer/', { type: 'directory' }), 'f'), null);
    const { name, mode, uid } = renamed(head('./outer/bin/x'), 'f')!;
    assert.deepEqual({ name, mode, uid }, { name: 'f/bin/x', mode: 0o755, uid: 0 });
    const link = (linkname: string) => head('outer/a/l', { type: 'symlink', linkname });
    assert.equal(renamed(link('../b'), 'f')!.linkname, '../b');
    const again = (linkname: string) => head('outer/b', { type: 'link', linkname });
    assert.equal(renamed(again('outer/a/x'), 'f')!.linkname, 'f/a/x');
    for (const bad of [
      head('outer/../../x'),
      again('outer/../../x'),
      again('/etc/passwd'),
      head('/outer/x'),
      link('../../x'),
      link('/etc'),
      link(''),
    ]) {
      assert.throws(() => renamed(bad, 'f'), /the archive has/);
    }
    assert.throws(() => renamed(head('outer/d', { type: 'block-device' }), 'f'), /block-device/);
  });
});
