import assert from 'node:assert/strict';
import { aliasOfFolder, isLocalFolder, rowOfFolder } from '../../../src/editor/window/window-project';
import { findProvider, sshProviders } from '../../../src/core/doctor/remote-ssh';
import { providerFor } from '../../../src/editor/handoff/providers';
import { row } from './rows';

const remote = (authority: string) => ({ scheme: 'vscode-remote', authority, path: '/workspace', name: 'workspace' });
const local = { scheme: 'file', authority: '', path: '/home/dev/hello-python', name: 'hello-python' };
const alias = 'berth-hello-python-012345';

describe('which project a window belongs to', () => {
  it('is told by the SSH alias, plain or as the hex of a JSON object', () => {
    assert.equal(aliasOfFolder(remote(`ssh-remote+${alias}`)), alias);
    const hex = Buffer.from(JSON.stringify({ hostName: alias })).toString('hex');
    assert.equal(aliasOfFolder(remote(`ssh-remote+${hex}`)), alias);
  });

  it('is none for a host that is not Berth’s, a broken one, or another kind of remote', () => {
    const others = [
      'ssh-remote+example.org',
      'ssh-remote+berth-x',
      `wsl+${alias}`,
      'ssh-remote+7b22',
      `ssh-remote+${alias}-next`,
    ];
    for (const authority of others) assert.equal(aliasOfFolder(remote(authority)), null);
    assert.equal(aliasOfFolder(local), null);
  });

  it('finds the row by alias in a remote window, and by id in a local one', () => {
    const rows = [row({ id: 'ffffffffffff', alias: 'berth-other-ffffff' }), row()];
    assert.equal(rowOfFolder(remote(`ssh-remote+${alias}`), null, rows), rows[1]);
    assert.equal(rowOfFolder(local, '0123456789ab', rows), rows[1]);
    assert.equal(rowOfFolder(local, null, rows), undefined);
    assert.ok(isLocalFolder(local) && !isLocalFolder(remote(`ssh-remote+${alias}`)));
  });
});

describe('the Remote-SSH provider', () => {
  it('is looked for in order', () => {
    assert.equal(
      findProvider((id) => id.includes('remote-ssh')),
      'jeanp413.open-remote-ssh',
    );
    assert.equal(
      findProvider((id) => id === sshProviders[3]),
      'ms-vscode-remote.remote-ssh',
    );
    assert.equal(
      findProvider(() => false),
      undefined,
    );
  });

  it('that is offered fits the editor', () => {
    const offered = (name: string, scheme: string): string => providerFor(name, scheme).id;
    assert.equal(offered('Visual Studio Code', 'vscode'), 'ms-vscode-remote.remote-ssh');
    assert.equal(offered('Visual Studio Code - Insiders', 'vscode-insiders'), 'ms-vscode-remote.remote-ssh');
    assert.equal(offered('Cursor', 'cursor'), 'anysphere.remote-ssh');
    assert.equal(offered('Windsurf', 'windsurf'), 'codeium.windsurf-remote-openssh');
    assert.equal(offered('Antigravity', 'antigravity'), 'google.antigravity-remote-openssh');
    assert.equal(offered('VSCodium', 'vscodium'), 'jeanp413.open-remote-ssh');
    assert.equal(offered('code-server', 'code-oss'), 'jeanp413.open-remote-ssh');
  });
});
