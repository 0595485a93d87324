import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { TestApi } from '../../../src/extension';
import { berth, docker, folder, removeAll, rowOnce, until } from './support';

const secrets = `
  secrets:
    WORD: { from: "file:word.txt" }
    LOST: { from: "env:BERTH_TEST_NOWHERE" }
`;

describe('a project’s secrets', () => {
  let api: TestApi;
  let template: string;
  const word = () => join(folder(), 'word.txt');
  const interval = (minutes: number | undefined) =>
    vscode.workspace.getConfiguration('berth').update('secrets.interval', minutes, vscode.ConfigurationTarget.Global);

  before(async () => {
    api = await berth();
    await removeAll(api);
    template = await readFile(join(folder(), 'berth.yaml'), 'utf8');
    await writeFile(join(folder(), 'berth.yaml'), template.trimEnd() + secrets);
    await writeFile(word(), 'first');
    await vscode.commands.executeCommand('berth.up');
    await rowOnce(api, 'a running container', ({ state }) => state === 'running');
  });

  after(async () => {
    await interval(undefined);
    await removeAll(api);
    await writeFile(join(folder(), 'berth.yaml'), template);
    await rm(word());
  });

  const inside = (): Promise<string> => {
    const name = api.session.rowsHere[0]?.containerName ?? '';
    return docker('exec', name, 'sh', '-c', '. /run/berth/secrets/env; echo "$WORD"');
  };

  it('say in their rows where each is from, and of a missing one why', async () => {
    const rows = await until('the rows', api.session.onDidChange, () => {
      const group = api.containers.roots[0]?.children.find(({ look }) => look.label === 'Secrets');
      return group?.look.description === '1 injected, 1 missing' && group.children;
    });
    const looks = new Map(rows.map(({ look }) => [look.label, look]));
    assert.equal(looks.get('WORD')?.description, 'injected · file:word.txt');
    assert.equal(looks.get('LOST')?.description, 'missing · env');
    assert.match(String(looks.get('LOST')?.tooltip), /The variable BERTH\\_TEST\\_NOWHERE is not set/);
  });

  it('are read anew when their hour is over, and not before, while the container runs on', async () => {
    const container = api.session.rowsHere[0]?.container;
    assert.equal(await inside(), 'first\n');
    await writeFile(word(), 'second');
    await api.secrets.look();
    assert.equal(await inside(), 'first\n', 'they were read a moment ago');
    // In minutes: shorter than what the look before took.
    await interval(0.00001);
    await api.secrets.look();
    assert.equal(await inside(), 'second\n');
    assert.equal(api.session.rowsHere[0]?.container, container);
  });

  it('are allowed to agents and taken back in one list, by their ticks', async () => {
    const { agentSecrets } = await api.session.core();
    const row = api.session.rowsHere[0]!;
    const real = vscode.window.showQuickPick;
    const tick = async (...names: readonly string[]): Promise<readonly string[]> => {
      let ticked: readonly string[] = [];
      // What a person ticks, in a list that no test could click.
      const list = (items: readonly vscode.QuickPickItem[]): Thenable<unknown> => {
        ticked = items.flatMap(({ picked, label }) => (picked === true ? [label] : []));
        return Promise.resolve(items.filter(({ label }) => names.includes(label)));
      };
      vscode.window.showQuickPick = list as typeof real;
      try {
        assert.equal(await vscode.commands.executeCommand('berth.allowSecrets', { row }), true);
      } finally {
        vscode.window.showQuickPick = real;
      }
      return ticked;
    };
    const granted = async (): Promise<readonly string[]> =>
      (await agentSecrets.list({ kind: 'project', project: row, row })).flatMap((one) =>
        one.granted ? [one.name] : [],
      );
    assert.deepEqual([await tick('WORD'), await granted()], [[], ['WORD']]);
    assert.deepEqual([await tick('LOST'), await granted()], [['WORD'], ['LOST']]);
    assert.deepEqual([await tick(), await granted()], [['LOST'], []]);
  });
});
