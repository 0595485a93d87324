import { basename, relative } from 'node:path';
import * as vscode from 'vscode';
import type { Core } from '../../core';
import type { DevcontainerImport } from '../../core/devcontainer/types';
import { BerthError } from '../../core/errors';
import { askBeforeLoss } from '../notify/ask-before-loss';
import type { Parts } from '../parts';
import { importSummary } from '../rows/import-summary';
import type { VirtualTexts } from '../virtual-texts';
import type { Registering } from './registry';
import { folderFor } from './target';

/** Makes a berth.yaml of a devcontainer.json: shows it first, with what was not carried, and writes it when told to. */
export function registerImport(commands: Registering, parts: Parts, texts: VirtualTexts): void {
  commands.register('berth.importDevcontainer', async (target) => {
    // From the explorer a file is handed over, from the view a folder.
    const path = target instanceof vscode.Uri ? target.fsPath : (await folderFor(parts, target))?.path;
    if (path === undefined) return;
    const core = await parts.session.core();
    const made = await read(core, path);
    if (made === undefined) return;
    const [file] = made.files;
    if (file === undefined) return;
    await texts.show(`${basename(file.path)} (from ${basename(made.source)})`, file.text, 'yaml');
    const write = `Write ${basename(file.path)}`;
    if ((await vscode.window.showInformationMessage(importSummary(made), write)) !== write) return;
    if (!(await written(core, made))) return;
    await vscode.window.showTextDocument(vscode.Uri.file(file.path));
  });
}

/** Reads the one there is; of several the user picks one. Undefined when the pick was left. */
async function read(core: Core, path: string): Promise<DevcontainerImport | undefined> {
  try {
    return await core.devcontainers.import(path);
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'devcontainer_ambiguous') throw error;
    const items = (error.errors ?? []).flatMap(({ file }) =>
      file === undefined ? [] : [{ label: relative(path, file), file }],
    );
    const chosen = await vscode.window.showQuickPick(items, { placeHolder: 'Which devcontainer.json?' });
    return chosen === undefined ? undefined : core.devcontainers.import(chosen.file);
  }
}

/** False when the user keeps what is there. */
async function written(core: Core, { files }: DevcontainerImport): Promise<boolean> {
  try {
    await core.devcontainers.write(files, { force: false });
    return true;
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'file_exists') throw error;
    const overwrite = 'Overwrite';
    const detail = 'What it says now is lost, unless it is under version control.';
    const [file] = files;
    const show = async (): Promise<unknown> =>
      file === undefined ? undefined : vscode.window.showTextDocument(vscode.Uri.file(file.path));
    const look = { label: 'Open What Is There', show };
    const asked = { question: error.message, detail, look, choices: [overwrite] };
    if ((await askBeforeLoss(asked)) !== overwrite) return false;
    await core.devcontainers.write(files, { force: true });
    return true;
  }
}
