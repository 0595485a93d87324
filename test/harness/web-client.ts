import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HarnessError, run } from './exec';

const script = 'out/vs/code/browser/workbench/workbench.js';

interface Change {
  readonly why: string;
  readonly from: RegExp;
  readonly to: string;
  /** Not every version has it. */
  readonly optional?: true;
}

/** What of the web client only its own script can change. */
const CHANGES: readonly Change[] = [
  {
    why: 'it waits for an extension that resolves a remote with a + in its name, but these pages connect by themselves',
    from: /remoteAuthority\?\.includes\("\+"\)/,
    to: 'remoteAuthority?.includes("no resolver")',
  },
  {
    why: 'it hides notifications where the test driver is on, but users see them',
    from: /!this\.environmentService\.enableSmokeTestDriver&&(\w+\.priority)/,
    to: '$1',
    optional: true,
  },
  {
    why: 'it opens a folder on another remote than its own by the path alone, but a desktop by the whole address',
    from: /(this\.\w+\.remoteAuthority)&&(\w+)(\.scheme===\w+\.vscodeRemote)(?=\?encodeURIComponent)/,
    to: '$1===$2.authority&&$2$3',
    optional: true,
  },
];

/** Says what {@link copyForTests} makes, so that another rule makes it anew. */
export const copyRecipe = JSON.stringify(CHANGES.map(({ from, to }) => [from.source, to]));

/**
 * A second folder of the server in `source`, whose client is the one that tests drive; but for that script both are the same
 * files. On disk and not on the way to the page: a browser that hands each window 20 MB of script through its driver
 * takes a second of a core for it.
 */
export async function copyForTests(source: string, folder: string): Promise<void> {
  await run('cp', ['-al', source, folder]);
  const path = join(folder, script);
  let text = await readFile(path, 'utf8');
  for (const { why, from, to, optional } of CHANGES) {
    const changed = text.replace(from, to);
    if (changed === text && optional === undefined) throw new HarnessError(`the web client is not as expected: ${why}`);
    text = changed;
  }
  // The link goes first, or the original would be written to.
  await rm(path);
  await writeFile(path, text);
}
