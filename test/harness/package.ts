import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './berth';
import { run } from './exec';
import { REPOSITORY } from './paths';

/** What `npm run package` packs, beside the bundles. */
const PARTS = [
  'package.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'media',
  'templates',
  'docs/images',
];

/** Makes the extension's package in `folder`, apart from the repository's own `dist`, which other suites use. */
export async function makePackage(folder: string): Promise<string> {
  const stage = join(folder, 'stage');
  await mkdir(stage, { recursive: true });
  for (const part of PARTS) await cp(join(REPOSITORY, part), join(stage, part), { recursive: true });
  const dist = await bundle();
  const figures = join(dist, 'meta.json');
  await cp(dist, join(stage, 'dist'), { recursive: true, filter: (path) => path !== figures });
  const vsix = join(folder, 'berth.vsix');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const vsce = join(REPOSITORY, 'node_modules/@vscode/vsce/vsce');
  await run(process.execPath, [vsce, 'package', ...flags, '--out', vsix], { cwd: stage });
  return vsix;
}
