import * as vscode from 'vscode';
import type { ProjectRow, SecretRow } from '../../core/model';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { EditorSecrets } from '../secrets/editor-secrets';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** A key as templates may name it. */
const keyPattern = /^[A-Za-z0-9._/-]{1,128}$/;

/** Reading secrets anew, and setting those that the editor itself stores. */
export function registerSecrets(commands: Registering, parts: Parts, stored: EditorSecrets): void {
  const { session } = parts;

  const refresh = async (row: ProjectRow): Promise<void> => {
    const { projects } = await session.core();
    const title = `Secrets of ${row.name}`;
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      scoped({ target: { row } }, () => projects.refreshSecrets(row, {})),
    );
  };

  commands.register('berth.refreshSecrets', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.refreshSecrets', target);
    if (row !== undefined) await refresh(row);
  });

  commands.register('berth.setSecret', async (target) => {
    const key = editorKeyOf(target) ?? (await askForKey(await wishedKeys(parts), await stored.keys()));
    if (key === undefined) return;
    const value = await vscode.window.showInputBox({
      title: `Secret ${key}`,
      prompt: 'Kept in this editor’s secret storage. Empty: forget it.',
      password: true,
      ignoreFocusOut: true,
    });
    if (value === undefined) return;
    await stored.set(key, value);
    if (value === '' || !vscode.workspace.isTrusted) return;
    // What waits for it has it at once.
    const waiting = session.snapshot.rows.filter(({ state, secrets }) => {
      return state === 'running' && secrets.some(({ from }) => from === `editor:${key}`);
    });
    for (const row of waiting) await refresh(row);
  });
}

function editorKeyOf(target: unknown): string | undefined {
  const given = typeof target === 'object' && target !== null ? target : {};
  const secret = 'secret' in given ? (given.secret as SecretRow | undefined) : undefined;
  return secret?.from.startsWith('editor:') === true ? secret.from.slice('editor:'.length) : undefined;
}

/** The keys that projects of this engine ask the editor for. */
async function wishedKeys({ session }: Parts): Promise<string[]> {
  await session.core();
  const secrets = session.snapshot.rows.flatMap((row) => row.secrets);
  return secrets.flatMap(({ from }) => (from.startsWith('editor:') ? [from.slice('editor:'.length)] : []));
}

async function askForKey(wished: readonly string[], known: readonly string[]): Promise<string | undefined> {
  const keys = [...new Set([...wished, ...known])].sort();
  const another = { label: 'Another key…', another: true };
  if (keys.length > 0) {
    const items = keys.map((label) => ({
      label,
      description: known.includes(label) ? 'set' : 'not set',
      another: false,
    }));
    const chosen = await vscode.window.showQuickPick([...items, another], { placeHolder: 'Which secret?' });
    if (chosen?.another !== true) return chosen?.label;
  }
  return vscode.window.showInputBox({
    title: 'Set a secret',
    prompt: 'Its key: what a template names as editor:KEY',
    validateInput: (text) =>
      keyPattern.test(text) ? undefined : 'Letters, digits, dots, dashes, slashes and underscores.',
  });
}
