import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { Core } from '../../core/index';
import type { ProjectRow } from '../../core/model';
import type { ServerRelease } from '../../core/servers/release';

let known: Promise<ServerRelease | null> | undefined;

/** This editor's build, as its own product file tells; null for one whose server nobody publishes. */
function thisRelease(): Promise<ServerRelease | null> {
  return (known ??= (async () => {
    try {
      const { releaseOf } = await import('../../core/servers/release');
      return releaseOf(JSON.parse(await readFile(join(vscode.env.appRoot, 'product.json'), 'utf8')));
    } catch {
      return null;
    }
  })());
}

/** Before a container is made, so that it has the place where editors' servers are shared. */
export async function prepareServers(core: Core): Promise<void> {
  if ((await thisRelease()) !== null) await core.editorServers.prepare();
}

/** Before a window connects: its server is there already where another project had it. What fails is a line in the log. */
export async function provideServer(core: Core, row: ProjectRow, log: (line: string) => void): Promise<void> {
  const release = await thisRelease();
  if (release === null) return;
  try {
    await core.editorServers.provide(row, await core.projects.line(row), release);
  } catch (error) {
    log(`${row.name} is opened without a look for the editor's server: ${messageOf(error)}`);
  }
}
