import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answering, berth, folder, until } from './support';

describe('importing a devcontainer.json', () => {
  const command = 'berth.importDevcontainer';
  const own = (): string => join(folder(), 'berth.yaml');

  async function config(text: string, name = '.devcontainer/devcontainer.json'): Promise<string> {
    const file = join(folder(), name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  before(async () => {
    await berth();
    await rm(own());
  });
  beforeEach(() => config('{ "image": "debian:bookworm-slim", "privileged": true, "remoteUser": "dev" } // mine'));

  it('shows the template first, with what was not carried, and writes nothing by itself', async () => {
    const { said } = await answering('showInformationMessage', undefined, () =>
      vscode.commands.executeCommand(command),
    );
    assert.match(said[0]?.message ?? '', /^3 parts are carried over\. 1 could not be/);
    assert.deepEqual(said[0]?.buttons, ['Write berth.yaml']);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.uri.scheme, 'berth-text');
    assert.match(shown.getText(), /# - privileged: A privileged container .*\n[^]*base_image: debian:bookworm-slim/);
    await assert.rejects(readFile(own()), { code: 'ENOENT' });
  });

  it('writes it when told to, and opens it', async () => {
    await answering('showInformationMessage', 'Write berth.yaml', () => vscode.commands.executeCommand(command));
    assert.match(await readFile(own(), 'utf8'), /kind: Template/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, own());
  });

  it('asks before it overwrites a template', async () => {
    await writeFile(own(), 'mine');
    const write = (): Thenable<unknown> =>
      answering('showInformationMessage', 'Write berth.yaml', () => vscode.commands.executeCommand(command));
    const { said } = await answering('showWarningMessage', undefined, write);
    assert.match(said[0]?.message ?? '', /berth\.yaml is there already/);
    assert.equal(await readFile(own(), 'utf8'), 'mine');
    await answering('showWarningMessage', 'Overwrite', write);
    assert.match(await readFile(own(), 'utf8'), /kind: Template/);
  });

  it('takes the file that it is called on in the explorer', async () => {
    const file = await config('{ "image": "alpine:3" }', '.devcontainer/other/devcontainer.json');
    await answering('showInformationMessage', undefined, () =>
      vscode.commands.executeCommand(command, vscode.Uri.file(file)),
    );
    // A text of the same name is shown already; the editor takes the new one over by and by.
    await until(
      'the other image',
      [
        (look) => vscode.workspace.onDidChangeTextDocument(look),
        (look) => vscode.window.onDidChangeActiveTextEditor(look),
      ],
      () => vscode.window.activeTextEditor?.document.getText().includes('base_image: alpine:3'),
    );
  });

  it('says in one sentence where a file is broken', async () => {
    await rm(join(folder(), '.devcontainer/other'), { recursive: true, force: true });
    await config('{ "image": }');
    const { said } = await answering('showErrorMessage', undefined, () => vscode.commands.executeCommand(command));
    assert.match(said[0]?.message ?? '', /devcontainer\.json has .*a value is expected/);
  });
});
