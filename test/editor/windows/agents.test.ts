import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { ProjectRow } from '../../../src/core/model';
import type { TestApi } from '../../../src/extension';
import { berth, removeAll, until, up } from './support';

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
  after(() => removeAll(api));

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

  // The oldest editor starts servers of extensions for its own chat alone, which is not installed here.
  const startsServers = !vscode.version.startsWith('1.105.');
  it('find the MCP server, which the editor starts by itself, and all tools by it too', async () => {
    if (!startsServers) return;
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
});
