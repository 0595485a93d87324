import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { berth, docker, folder, removeAll, rowOnce, until, up } from './support';

/** Answers the next list with the item of that label; gives its title and all that it showed. */
async function choosing(label: string | undefined, work: () => PromiseLike<unknown>): Promise<string[]> {
  const shown: string[] = [];
  const window = vscode.window as unknown as { showQuickPick: unknown };
  const real = window.showQuickPick;
  window.showQuickPick = (items: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions) => {
    shown.push(options.title ?? '', ...items.map((item) => [item.label, item.description ?? ''].join(' ').trim()));
    return Promise.resolve(items.find((item) => item.label === label));
  };
  try {
    await work();
    return shown;
  } finally {
    window.showQuickPick = real;
  }
}

describe('the plan of a project', () => {
  let api: TestApi;
  let template: string;
  let name: string;

  const write = (spec: string) => writeFile(join(folder(), 'berth.yaml'), `${template}${spec}`);
  const show = (label?: string) => choosing(label, () => vscode.commands.executeCommand('berth.showPlan'));

  before(async () => {
    api = await berth();
    await removeAll(api);
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
  });

  after(async () => {
    await write('');
    await removeAll(api);
  });

  it('of a folder without a container offers to make it', async () => {
    const shown = await show();
    assert.match(shown[0] ?? '', /has no container yet$/);
    assert.deepEqual(shown.slice(1), ['Up', 'Edit Template']);
  });

  it('applies at once what needs no restart', async () => {
    const row = await up(api);
    name = row.containerName;
    const started = await docker('inspect', '--format', '{{.State.StartedAt}}', name);
    await write('  resources: { pids: 321 }\n');
    const shown = await show('Apply Now');
    assert.match(shown[0] ?? '', /can be changed without a restart$/);
    assert.ok(shown.includes('resources.pids 1000 → 321'), shown.join('\n'));
    const now = await docker('inspect', '--format', '{{.State.StartedAt}} {{.HostConfig.PidsLimit}}', name);
    assert.equal(now, `${started.trim()} 321\n`);
    await rowOnce(api, 'a row that is not stale', ({ health }) => health === 'healthy');
  });

  it('leads from a difference to where the field is written', async () => {
    await write('    COLOUR: blue\n');
    const shown = await show('environment.COLOUR');
    assert.match(shown[0] ?? '', /needs another container$/);
    assert.ok(shown.includes('Refresh…'));
    const editor = await until('the template', vscode.window.onDidChangeActiveTextEditor, () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.path.endsWith('berth.yaml') === true && active;
    });
    const { start } = editor.selection;
    assert.match(editor.document.lineAt(start.line).text.slice(start.character), /^(COLOUR: )?blue/);
  });
});
