import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import type { TestApi } from '../../../src/extension';
import { berth, folder, removeAll, until, up } from './support';

const run = promisify(execFile);

describe('what git in a container may use', () => {
  let api: TestApi;
  let template: string;
  const real = { warn: vscode.window.showWarningMessage, tell: vscode.window.showInformationMessage };
  const offers: string[] = [];
  const questions: string[] = [];
  let buttons: string[] = [];
  let answer = 'Not Now';

  before(async () => {
    api = await berth();
    await removeAll(api);
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
    await writeFile(join(folder(), 'berth.yaml'), `${template.trimEnd()}\n  git: { credentials: token }\n`);
    await run('git', ['init', '--quiet', folder()]);
    const config = join(folder(), '.git', 'config');
    await run('git', ['config', '--file', config, 'remote.origin.url', 'https://git.example.org/project']);
    // A person's answer to a modal question, which no test could click.
    vscode.window.showWarningMessage = (question: string, ...given: unknown[]): Thenable<never> => {
      questions.push(question);
      buttons = given.filter((one) => typeof one === 'string');
      return Promise.resolve(buttons.find((button) => button === answer) as never);
    };
    vscode.window.showInformationMessage = (offer: string): Thenable<never> => {
      offers.push(offer);
      return Promise.resolve(undefined as never);
    };
    await up(api);
  });

  after(async () => {
    vscode.window.showWarningMessage = real.warn;
    vscode.window.showInformationMessage = real.tell;
    await removeAll(api);
    await writeFile(join(folder(), 'berth.yaml'), template);
    await rm(join(folder(), '.git'), { recursive: true });
  });

  const shown = (context: string): Promise<ContainerNode> =>
    until(context, api.session.onDidChange, () =>
      api.containers.roots[0]?.children.find(({ look }) => look.label === 'Git' && look.context === context),
    );

  it('is offered once without a question that takes the focus, and refused until it is allowed', async () => {
    const { look } = await shown('git asking');
    assert.equal(look.description, 'not allowed · token for git.example.org');
    await until('the offer', api.session.onDidChange, () => offers.length > 0);
    assert.match(offers[0] ?? '', /^Git in the container of .* would use your credentials for git\.example\.org\./);
    const row = api.session.rowsHere[0]!;
    const { git } = await api.session.core();
    const asked = new Promise((resolve) => git.onDidAsk(resolve));
    const line = await (await api.session.core()).projects.line(row);
    const script = 'printf "url=https://git.example.org\\n\\n" | GIT_TERMINAL_PROMPT=0 git credential fill';
    const command = await line.run({ argv: ['sh', '-c', script] });
    assert.notEqual((await command.exit).code, 0);
    assert.deepEqual(await asked, {
      project: { id: row.id, name: row.name },
      kind: 'token',
      host: 'https://git.example.org',
    });
    assert.deepEqual([offers.length, questions.length], [1, 0], 'it is not offered again, and nobody was asked');
  });

  it('is allowed, and taken back, by its row', async () => {
    assert.equal(await vscode.commands.executeCommand('berth.grantGit', await shown('git asking')), false);
    assert.match(
      questions[0] ?? '',
      /^Allow git in the container of .* to use your credentials for git\.example\.org\?$/,
    );
    assert.deepEqual(buttons, ['Show Remotes', 'Allow'], 'the first one is what Enter takes');
    answer = 'Show Remotes';
    const asking = await shown('git asking');
    const { length } = questions;
    assert.equal(await vscode.commands.executeCommand('berth.grantGit', asking), false);
    assert.match(vscode.window.activeTextEditor?.document.fileName ?? '', /\.git\/config$/);
    assert.deepEqual([questions.length - length, buttons], [2, ['Allow']], 'whoever has looked is asked once more');
    answer = 'Allow';
    assert.equal(await vscode.commands.executeCommand('berth.grantGit', await shown('git asking')), true);
    const granted = await shown('git granted');
    assert.equal(granted.look.description, 'token for git.example.org');
    assert.equal(await vscode.commands.executeCommand('berth.revokeGit', granted), true);
    await shown('git asking');
  });
});
