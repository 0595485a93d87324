import * as vscode from 'vscode';
import { scriptFiles, scriptsIn } from './scripts';
import type { Script } from './scripts';

/** Files larger than this, in bytes, are not looked into. */
const limit = 1024 * 1024;

/** The scripts that a folder's own files offer; a folder that cannot be read offers none. */
export async function scriptsOf(folder: vscode.Uri): Promise<Script[]> {
  const files = new Map<string, string>();
  await Promise.all(
    scriptFiles.map(async (name) => {
      try {
        const uri = vscode.Uri.joinPath(folder, name);
        const { type, size } = await vscode.workspace.fs.stat(uri);
        // Reading a pipe, which a program in the container can make, would wait for ever.
        if ((type & vscode.FileType.File) === 0 || size > limit) return;
        files.set(name, Buffer.from(await vscode.workspace.fs.readFile(uri)).toString('utf8'));
      } catch {
        // Not there, or not readable: then it offers nothing.
      }
    }),
  );
  return scriptsIn(files);
}
