import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CopyReport } from '../../../src/core/storage/unpack-folder';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import type { TestApi } from '../../../src/extension';
import { answering, berth, folder, removeAll, until, up } from './support';

describe('a window shows what lasts of its project', () => {
  let api: TestApi;
  let template: string;
  let to: string;

  before(async () => {
    api = await berth();
    await removeAll(api);
    to = await mkdtemp(join(tmpdir(), 'berth-copied-'));
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
    await writeFile(join(folder(), 'berth.yaml'), `${template.trimEnd()}\n  workspace: { mode: volume }\n`);
    await vscode.commands.executeCommand('berth.containers.focus');
    await up(api);
  });

  after(async () => {
    await removeAll(api);
    await writeFile(join(folder(), 'berth.yaml'), template);
    await rm(to, { recursive: true });
  });

  const group = (): ContainerNode | undefined =>
    api.containers.roots[0]?.children.find(({ look }) => look.label === 'Storage');

  it('lists its volumes with their sizes', async () => {
    const sized = await until('the sizes', api.session.onDidChange, () => {
      // Until the new container has been looked at, those of the one before are shown.
      const sizes = group()?.children.filter(({ look }) => /^[\d.]+ \w+ · \//.test(look.description)) ?? [];
      return sizes.length > 1 && group();
    });
    assert.deepEqual(
      sized.children.map(({ look }) => [look.label, look.context]),
      [
        ['home', 'volume'],
        ['workspace', 'volume workspace'],
      ],
    );
    assert.match(sized.look.description, /^2 volumes, [\d.]+ \w+$/);
  });

  it('copies the workspace out from its row, and over what differs only when that is confirmed', async () => {
    const row = group()?.children[1]?.row;
    const copy = () => vscode.commands.executeCommand<CopyReport | undefined>('berth.copyWorkspaceOut', { row, to });
    const { files } = (await copy()) ?? { files: 0 };
    assert.ok(files > 0);
    const ours = join(to, 'berth.yaml');
    await writeFile(ours, 'ours');
    const { result, said } = await answering('showWarningMessage', undefined, copy);
    assert.equal(result, undefined);
    assert.match(said[0]?.detail ?? '', /berth\.yaml/);
    assert.equal(await readFile(ours, 'utf8'), 'ours');
    await answering('showWarningMessage', 'Overwrite', copy);
    assert.notEqual(await readFile(ours, 'utf8'), 'ours');
  });
});
