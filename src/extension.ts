import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ExtensionContext } from 'vscode';
import { keepCompiled } from './core/compiled';
import type * as extension from './editor/activate';

export type { TestApi } from './editor/activate';

/** Milliseconds after the start until what V8 made of it is kept: what a first list of containers uses is in it by then. */
const calm = 5_000;

/**
 * Loads the extension as V8 compiled it for an earlier window of this editor, which is a third of its start. That is kept in
 * the editor's own folder for this extension, by the build; a new one takes the place of all before.
 */
export function activate(context: ExtensionContext): extension.TestApi {
  const folder = join(context.globalStorageUri.fsPath, 'compiled');
  const keep = keepCompiled('activate-', folder, () => rmSync(folder, { recursive: true, force: true }));
  // An entry of its own: `import()` would have it wait for whatever else starts in the window.
  const { activate: start } = createRequire(__filename)('./activate.js') as typeof extension;
  const api = start(context);
  const timer = setTimeout(keep, calm);
  context.subscriptions.push({ dispose: () => clearTimeout(timer) });
  return api;
}
