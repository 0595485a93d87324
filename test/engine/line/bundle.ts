import { join } from 'node:path';
import { bundleProgram } from '../../harness/program';

/** Bundles a small program against src/core/line, as `<dir>/<name>.cjs`. @returns that file */
export function bundleOnLine(dir: string, name: string, source: string): string {
  const resolveDir = join(__dirname, '../../../src/core/line');
  return bundleProgram(join(dir, `${name}.cjs`), { stdin: { contents: source, resolveDir, loader: 'ts' } });
}
