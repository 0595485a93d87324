import * as vscode from 'vscode';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { engineChoices } from '../rows/engine-look';
import { engineWish } from '../settings';
import type { Registering } from './registry';

/** Select Engine…: one of the contexts and sockets that are found, or an address; kept in the user's settings. */
export function registerEngine(commands: Registering, { session }: Parts): void {
  commands.register('berth.selectEngine', async (target) => {
    const { engine } = await session.core();
    const { offersHere } = await import('../../core/engine/offers');
    const { status } = engine;
    const connected = status.kind === 'connected' ? status.engine.info.endpoint.url : undefined;
    const chosen = engineWish()?.engine ?? '';
    const wanted = engineIn(target) ?? (await ask(engineChoices(offersHere(process.env), chosen, connected)));
    if (wanted === undefined) return;
    const settings = vscode.workspace.getConfiguration('berth');
    // What follows the setting lets go of the engine before, so what is awaited here is the one that was chosen.
    await settings.update('engine', wanted === '' ? undefined : wanted, vscode.ConfigurationTarget.Global);
    const abort = new AbortController();
    const { info } = await longAction({ title: 'Berth: connecting to the engine', abort }, () =>
      engine.get(abort.signal),
    );
    const text = `${info.flavour} ${info.version} at ${info.endpoint.url}`;
    vscode.window.setStatusBarMessage(`$(check) Engine: ${text}`, 5000);
  });
}

/** Where a caller named one already; an empty text is whichever the environment says. */
function engineIn(target: unknown): string | undefined {
  const given = typeof target === 'object' && target !== null && 'engine' in target ? target.engine : undefined;
  return typeof given === 'string' ? given : undefined;
}

async function ask(choices: ReturnType<typeof engineChoices>): Promise<string | undefined> {
  const other = { label: 'Enter an Address…', iconPath: new vscode.ThemeIcon('edit'), alwaysShow: true };
  const items = choices.map(({ icon, ...choice }) => ({ ...choice, iconPath: new vscode.ThemeIcon(icon) }));
  const line = { label: '', kind: vscode.QuickPickItemKind.Separator };
  const placeHolder = 'Which container engine is this editor to use?';
  const options = { title: 'Select Engine', placeHolder, matchOnDescription: true, matchOnDetail: true };
  const picked = await vscode.window.showQuickPick([...items, line, other], options);
  if (picked === undefined) return undefined;
  if ('engine' in picked) return picked.engine;
  return vscode.window.showInputBox({
    title: 'Select Engine',
    prompt: 'Its address, as DOCKER_HOST has it',
    placeHolder: 'ssh://user@host',
    validateInput: (text) =>
      /^(unix|npipe|tcp|http|https|ssh):\/\/./.test(text) ? null : 'unix:///path, ssh://user@host or tcp://host:port',
  });
}
