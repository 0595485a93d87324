import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a small program against src/core/line, so that many processes of it start fast. Writes `<dir>/<name>.cjs`. */
export function bundleProgram(dir: string, name: string, source: string): string {
  const outfile = join(dir, `${name}.cjs`);
  buildSync({
    stdin: { contents: source, resolveDir: join(__dirname, '../../../src/core/line'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'error',
    external: ['*.node', 'cpu-features'],
  });
  return outfile;
}
