import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { ProjectRow } from '../../../src/core/model';
import type { TestApi } from '../../../src/extension';
import type { ContainerNode } from '../../../src/editor/views/containers-tree';
import { answering, berth, outside, removeAll, until, up } from './support';

/** The editor tells nobody that its list of tools has changed. */
const ticks = (look: () => void) => {
  const timer = setInterval(look, 250);
  return { dispose: () => clearInterval(timer) };
};

describe('agents of this editor', () => {
  let api: TestApi;
  let row: ProjectRow;
  let rules: string;
  const declared = (): string[] => {
    const { contributes } = vscode.extensions.getExtension('berth.berth')?.packageJSON as {
      readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
    };
    return contributes.languageModelTools.map(({ name }) => name);
  };

  before(async () => {
    api = await berth();
    row = await up(api);
    rules = (await api.session.core()).home.agentsFile;
    await mkdir(dirname(rules), { recursive: true });
  });

  afterEach(() => rm(rules, { force: true }));
  after(async () => {
    const { worktrees } = await api.session.core();
    for (const left of await worktrees.list()) await worktrees.discard(left);
    await removeAll(api);
  });

  async function call(name: string, input: object): Promise<unknown> {
    const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    const [part] = content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    return JSON.parse(part.value);
  }

  async function asked(name: string, input: object): Promise<string | undefined> {
    const token = new vscode.CancellationTokenSource().token;
    const prepared = await api.agentTools.tool(name).prepareInvocation?.({ input }, token);
    const message = prepared?.confirmationMessages?.message;
    return (typeof message === 'string' ? message : message?.value)?.replaceAll('&nbsp;', ' ');
  }

  it('find all tools of the table', () => {
    const there = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('berth_'));
    assert.deepEqual(there.sort(), declared().sort());
  });

  it('find the MCP server, which the editor starts by itself, and all tools by it too', async () => {
    const there = () => vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('mcp_'));
    // The editor gathers servers some time after they were offered; one that runs is not started again.
    const ask = () => void vscode.commands.executeCommand('workbench.mcp.startServer', 'berth.berth/Berth');
    const found = await until('tools of the server', ticks, () => {
      if (there().length === 0) ask();
      return there().length > 0 && there();
    });
    assert.deepEqual(
      found.sort(),
      declared()
        .map((name) => `mcp_${name}`)
        .sort(),
    );
    const { containers } = (await call('mcp_berth_list', {})) as { containers: { id: string }[] };
    assert.ok(containers.some(({ id }) => id === row.id));
    await vscode.commands.executeCommand('workbench.mcp.stopServer', 'berth.berth/Berth');
  });

  it('look and run in the real container by them, as the user’s rules say', async () => {
    const { containers } = (await call('berth_list', {})) as { containers: { id: string }[] };
    assert.ok(containers.some(({ id }) => id === row.id));
    await writeFile(rules, 'rules: [{ tool: exec, command: echo *, then: allow }, { tool: exec, then: deny }]');
    const ran = (await call('berth_exec', { container: row.id, argv: ['echo', 'hello'] })) as {
      stdout: { text: string };
    };
    assert.equal(ran.stdout.text, 'hello\n');
    await assert.rejects(call('berth_exec', { container: row.id, argv: ['uname'] }), /call_denied/);
  });

  it('have their calls that may destroy confirmed by the editor, and no others', async () => {
    assert.match((await asked('berth_exec', { container: row.id, argv: ['uname'] })) ?? '', /exec in .*uname/);
    assert.equal(await asked('berth_list', {}), undefined);
    // What was not confirmed is not made, however it is called.
    const token = new vscode.CancellationTokenSource().token;
    const input = { container: row.id, argv: ['true'] };
    const made = Promise.resolve(
      api.agentTools.tool('berth_exec').invoke({ input, toolInvocationToken: undefined }, token),
    );
    await assert.rejects(made, /has not been asked/);
  });

  it('work in worktrees that are listed apart, and whose changes a person looks at, takes and discards', async () => {
    const git = (...args: string[]) => outside('git', ['-C', row.folder, '-c', 'safe.directory=*', ...args]);
    await git('init', '-q', '-b', 'main');
    await git('config', 'user.name', 'A User');
    await git('config', 'user.email', 'user@example.org');
    await git('add', '.');
    await git('commit', '-q', '-m', 'first');
    await vscode.commands.executeCommand('berth.containers.focus');
    await call('berth_spawn', { key: 'In a window', folder: row.folder, worktree: true, memory_mb: 256 });
    const agents = () => api.containers.roots.find(({ id }) => id === 'agents')?.children ?? [];
    const node = await until('the agent’s row', api.session.onDidChange, () =>
      agents().find((one): one is ContainerNode => one.worktree !== undefined && one.row?.health === 'healthy'),
    );
    assert.match(`${node.look.label} ${node.look.description}`, /^berth\/in-a-window .+ · .+ · 23 h left$/);
    assert.equal(api.containers.roots.filter(({ row: of }) => of?.agent !== undefined).length, 0);
    await writeFile(join(node.worktree?.folder ?? '', 'note.txt'), 'from an agent\n');
    await vscode.commands.executeCommand('berth.showChanges', node);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? '', /1 files? changed[\s\S]*\+from an agent/);
    const discard = (answer?: string) =>
      answering('showWarningMessage', answer, () => vscode.commands.executeCommand('berth.discardChanges', node));
    const [asked] = (await discard()).said;
    assert.match(asked?.detail ?? '', /^Lost, since you have not accepted it[^]* {3}A note\.txt/);
    await vscode.commands.executeCommand('berth.acceptChanges', { ...node, mode: 'apply' });
    assert.equal(await readFile(join(row.folder, 'note.txt'), 'utf8'), 'from an agent\n');
    assert.match((await discard('Discard')).said[0]?.detail ?? '', /^Lost: no changes/);
    await until('the row to go', api.session.onDidChange, () => agents().length === 0);
    await rm(join(row.folder, '.git'), { recursive: true });
  });
});
