import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the suites that run inside an extension host, each file by itself, so that the entry finds them beside it.
 * Packages stay outside the bundles and are found in the repository's node_modules. Gives the entry's path.
 */
export async function bundleHostTests(from: string, to: string): Promise<string> {
  const names = (await readdir(from)).filter((name) => name === 'index.ts' || name.endsWith('.test.ts'));
  await rm(to, { recursive: true, force: true });
  await build({
    entryPoints: names.map((name) => join(from, name)),
    outdir: to,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(to, 'index.js');
}
