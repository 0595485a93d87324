import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { answering, berth, folder, outside, removeAll, up } from './support';

describe('Open', () => {
  let api: TestApi;
  let config: string;
  let scratch: string;
  let opened: string[];

  before(async () => {
    api = await berth();
    await up(api);
    const file = vscode.workspace.getConfiguration('remote.SSH').get<string>('configFile');
    assert.ok(file !== undefined, 'the suite needs an SSH config of its own');
    config = file;
    scratch = await mkdtemp(join(tmpdir(), 'berth-handoff-'));
    api.handoff.opener = (uri) => {
      opened.push(uri.toString(true));
      return Promise.resolve();
    };
  });

  beforeEach(() => {
    opened = [];
    api.handoff.isInstalled = (id) => id === 'jeanp413.open-remote-ssh';
  });

  after(async () => {
    await (await api.session.core()).ssh.uninstall(config);
    await rm(scratch, { recursive: true, force: true });
    await removeAll(api);
  });

  it('offers the provider for this editor where none is installed', async () => {
    api.handoff.isInstalled = () => false;
    const { said } = await answering('showInformationMessage', undefined, () =>
      vscode.commands.executeCommand('berth.open'),
    );
    assert.match(said[0]?.message ?? '', /Open Remote - SSH/);
    assert.deepEqual(said[0]?.buttons, ['Install', 'Show Extension']);
    assert.deepEqual(opened, []);
  });

  it('says once what it adds to the user’s SSH config, then hands over, and the system’s ssh and sftp work', async () => {
    await writeFile(config, 'Host other\n  HostName example.org\n');
    const [row] = api.session.rowsHere;
    assert.ok(row !== undefined);
    const left = await answering('showInformationMessage', undefined, () =>
      vscode.commands.executeCommand('berth.open'),
    );
    assert.match(left.said[0]?.message ?? '', /^Add one line to /);
    assert.deepEqual(opened, [], 'who leaves the question hands nothing over');
    const first = await answering('showInformationMessage', 'Add the Line', () =>
      vscode.commands.executeCommand('berth.open'),
    );
    assert.equal(first.said.length, 1);
    const second = await answering('showInformationMessage', undefined, () =>
      vscode.commands.executeCommand('berth.open'),
    );
    assert.deepEqual(second.said, [], 'it is said once');
    const uri = `vscode-remote://ssh-remote+${row.alias}/workspace`;
    assert.deepEqual(opened, [uri, uri]);
    assert.match(await readFile(config, 'utf8'), /^Include .*\n[^]*Host other\n/);

    const ssh = ['-F', config, '-o', 'BatchMode=yes'];
    assert.equal(
      await outside('ssh', [...ssh, row.alias, 'head -1 /workspace/berth.yaml']),
      'apiVersion: devcontainer/v1\n',
    );
    const copy = join(scratch, 'copied.py');
    await outside('sftp', [...ssh, '-b', '-', row.alias], `get /workspace/main.py ${copy}\n`);
    assert.deepEqual(await readFile(copy), await readFile(join(folder(), 'main.py')));
  });

  it('copies an ssh command that works as it is', async () => {
    await vscode.commands.executeCommand('berth.copySshCommand');
    const command = await vscode.env.clipboard.readText();
    assert.equal(
      await outside('sh', ['-c', `${command} -o BatchMode=yes echo from-the-container`]),
      'from-the-container\n',
    );
  });
});
