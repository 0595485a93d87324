import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, completeFolder, withLock } from './cache';
import { ensureEditor } from './editors';
import { run } from './exec';

/** The whole of code-server, whose editor is one of the test bed's own. Paths on this machine. */
export interface CodeServer {
  /** The package, without its `lib/vscode`. */
  readonly folder: string;
  /** What belongs at `lib/vscode` in it. */
  readonly editor: string;
  /** The folder of the Node that it is made for. */
  readonly node: string;
}

const release = 'code-server@4.139.1';

/** Installs what is around the editor into the cache, without compiling anything, unless it is there already. */
export async function ensureCodeServer(): Promise<CodeServer> {
  const editor = await ensureEditor('1.139.1');
  const folder = cached('code-server', '4.139.1');
  await withLock('code-server', () =>
    completeFolder(folder, release, async () => {
      const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, release]);
      const archive = join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
      await run('tar', ['-xzf', archive, '-C', folder, '--strip-components=1', '--exclude=package/lib/vscode']);
      await rm(archive);
      const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
      await run('npm', ['install', '--ignore-scripts', '--omit=dev', ...quiet], { cwd: folder });
      await run('mkdir', ['-p', join(folder, 'lib/vscode')]);
    }),
  );
  return { folder, editor: editor.server, node: join(editor.node, '../..') };
}
