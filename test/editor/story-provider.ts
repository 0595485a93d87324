import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../harness/exec';
import { REPOSITORY } from '../harness/paths';

/**
 * Packs what stands in for the editor's Remote-SSH provider, and gives the package's path. It has the real one's id and
 * nothing else: what is seen here is what Berth hands over, and needs no marketplace.
 */
export async function packProvider(folder: string): Promise<string> {
  const stage = join(folder, 'provider');
  await mkdir(stage, { recursive: true });
  const manifest = {
    name: 'open-remote-ssh',
    publisher: 'jeanp413',
    displayName: 'Open Remote - SSH (stand-in)',
    description: 'Has the id of a Remote-SSH provider and nothing else',
    version: '0.0.1',
    engines: { vscode: '^1.105.0' },
    files: ['readme.md'],
  };
  await writeFile(join(stage, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(stage, 'readme.md'), '# A stand-in\n');
  const vsix = join(folder, 'provider.vsix');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix];
  await run(process.execPath, [join(REPOSITORY, 'node_modules/@vscode/vsce/vsce'), 'package', ...flags], {
    cwd: stage,
  });
  return vsix;
}
