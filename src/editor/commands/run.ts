import * as vscode from 'vscode';
import type { ProjectRow } from '../../core/model';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { commandChoices, withRecent } from '../run/recent';
import type { CommandChoice } from '../run/recent';
import { runToSink } from '../run/run-command';
import { scriptsOf } from '../run/script-files';
import type { Script } from '../run/scripts';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

export function registerRun(commands: Registering, parts: Parts): void {
  commands.register('berth.run', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.run', target);
    if (row === undefined) return undefined;
    const key = `recent:${row.id}`;
    const recent = parts.state.get<string[]>(key, []);
    const command = givenCommand(target) ?? (await askCommand(row, recent, scriptsOf(parts.session.window.uriOf(row))));
    if (command === undefined) return undefined;
    await parts.state.update(key, withRecent(recent, command));
    const channel = parts.output.of(row.name);
    channel.show(true);
    const core = await parts.session.core();
    return scoped({ channel, target: { row } }, () =>
      runToSink(core.use(row, 'line'), row, command, parts.session.runs, channel),
    );
  });
}

/** A keybinding or another command may say what to run: `{ "command": "pytest -q" }`. */
function givenCommand(target: unknown): string | undefined {
  const has = typeof target === 'object' && target !== null && 'command' in target;
  return has && typeof target.command === 'string' ? target.command : undefined;
}

interface CommandItem extends vscode.QuickPickItem {
  readonly choice?: CommandChoice;
}

const kinds = { typed: '', recent: 'recent', script: 'scripts in this folder' } as const;
const icons = { typed: 'play', recent: 'history', script: 'symbol-event' } as const;

function itemsOf(choices: readonly CommandChoice[]): CommandItem[] {
  return choices.flatMap((choice, index): CommandItem[] => {
    const item: CommandItem = {
      label: choice.label,
      description: choice.description,
      detail: choice.detail,
      iconPath: new vscode.ThemeIcon(icons[choice.kind]),
      // The typed command is what Enter runs, whatever the filter makes of it.
      alwaysShow: choice.kind === 'typed',
      choice,
    };
    if (choice.kind === 'typed' || choices[index - 1]?.kind === choice.kind) return [item];
    return [{ label: kinds[choice.kind], kind: vscode.QuickPickItemKind.Separator }, item];
  });
}

/** The pick is there at once; scripts come in when they are found. */
function askCommand(
  row: ProjectRow,
  recent: readonly string[],
  found: Promise<readonly Script[]>,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<CommandItem>();
  pick.title = `Run in ${row.name}`;
  pick.placeholder = 'Type a command, or choose one';
  pick.matchOnDescription = true;
  let scripts: readonly Script[] = [];
  const render = (): void => {
    pick.items = itemsOf(commandChoices(pick.value, recent, scripts));
  };
  pick.onDidChangeValue(render);
  pick.busy = true;
  void found.then((all) => {
    scripts = all;
    pick.busy = false;
    render();
  });
  render();
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const typed = pick.value.trim();
      resolve(pick.activeItems[0]?.choice?.command ?? (typed === '' ? undefined : typed));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
