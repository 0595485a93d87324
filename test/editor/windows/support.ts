import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { ProjectRow } from '../../../src/core/model';
import type { TestApi } from '../../../src/extension';

/** How long, in milliseconds, an event may take: far above what it takes, so that only what never comes fails. */
const limit = 50_000;

/** The extension under test, active. */
export async function berth(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi>('berth.berth');
  assert.ok(extension !== undefined, 'the extension is not loaded');
  return extension.activate();
}

export function folder(): string {
  const path = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(path !== undefined, 'the window has no folder');
  return path;
}

type Subscribe = (listener: () => void) => { dispose(): unknown };

/** Resolves as soon as `probe` gives something, asked at once and after each event. `what`: said where it never does. */
export async function until<T>(
  what: string | (() => string),
  subscribe: Subscribe | readonly Subscribe[],
  probe: () => T | undefined | null | false,
): Promise<T> {
  const found = probe();
  if (found !== undefined && found !== null && found !== false) return found;
  return new Promise<T>((resolve, reject) => {
    const subscriptions: { dispose(): unknown }[] = [];
    const end = (act: () => void): void => {
      clearTimeout(late);
      for (const subscription of subscriptions) subscription.dispose();
      act();
    };
    const late = setTimeout(
      () => end(() => reject(new Error(`never came: ${typeof what === 'string' ? what : what()}`))),
      limit,
    );
    const look = (): void => {
      const value = probe();
      if (value !== undefined && value !== null && value !== false) end(() => resolve(value));
    };
    const all = typeof subscribe === 'function' ? [subscribe] : subscribe;
    subscriptions.push(...all.map((one) => one(look)));
  });
}

/** This window's row once it is as `fits` says. */
export function rowOnce(api: TestApi, what: string, fits: (row: ProjectRow) => boolean): Promise<ProjectRow> {
  return until(what, api.session.onDidChange, () => api.session.rowsHere.find(fits));
}

/** Has the project's container up; gives its row. */
export async function up(api: TestApi): Promise<ProjectRow> {
  await vscode.commands.executeCommand('berth.up');
  return rowOnce(api, 'a healthy row', (row) => row.state === 'running' && row.health === 'healthy');
}

/** Leaves nothing of this window's project on the engine, nor the volumes of a container that is gone already. */
export async function removeAll(api: TestApi): Promise<void> {
  const { projects } = await api.session.core();
  try {
    await projects.remove(await projects.find(folder(), '/'), { purge: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'project_not_found')) throw error;
  }
  await until('no row', api.session.onDidChange, () => api.session.rowsHere.length === 0);
}

/** The text of an output channel as the editor shows it, once it fits. The channel has to be on screen. */
export function outputOnce(channel: string, pattern: RegExp): Promise<string> {
  return until(
    `${String(pattern)} in the channel ${channel}`,
    [
      (listener) => vscode.workspace.onDidChangeTextDocument(listener),
      (listener) => vscode.workspace.onDidOpenTextDocument(listener),
      (listener) => vscode.window.onDidChangeVisibleTextEditors(listener),
    ],
    () => {
      const named = ({ uri }: vscode.TextDocument): boolean => uri.scheme === 'output' && uri.path.endsWith(channel);
      const text = vscode.workspace.textDocuments.find(named)?.getText();
      return text !== undefined && pattern.test(text) ? text : undefined;
    },
  );
}

type Prompt = 'showErrorMessage' | 'showWarningMessage' | 'showInformationMessage';

/** Answers the editor's messages in place of a person while `work` runs; gives what was said and offered. */
export async function answering<T>(
  prompt: Prompt,
  answer: string | undefined,
  work: () => PromiseLike<T>,
): Promise<{ result: T; said: { message: string; detail: string; buttons: string[] }[] }> {
  const said: { message: string; detail: string; buttons: string[] }[] = [];
  const window = vscode.window as unknown as Record<Prompt, unknown>;
  const real = window[prompt];
  window[prompt] = (message: string, ...rest: unknown[]) => {
    const options = rest.find((item): item is vscode.MessageOptions => typeof item === 'object' && item !== null);
    const buttons = rest.filter((item): item is string => typeof item === 'string');
    said.push({ message, detail: options?.detail ?? '', buttons });
    return Promise.resolve(answer);
  };
  try {
    return { result: await work(), said };
  } finally {
    window[prompt] = real;
  }
}

const run = promisify(execFile);

/** A program of this machine, as somebody else would use it beside the editor. */
export async function outside(program: string, args: readonly string[], input = ''): Promise<string> {
  const running = run(program, [...args], { timeout: limit });
  // A program may have ended without reading.
  running.child.stdin?.on('error', () => undefined).end(input);
  return (await running).stdout;
}

/** The docker CLI on the test's engine, behind the extension's back. */
export function docker(...args: readonly string[]): Promise<string> {
  return outside('docker', ['--host', process.env['BERTH_TEST_ENGINE'] ?? '', ...args]);
}
