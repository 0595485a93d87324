import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './exec';

/**
 * Installs a Node of this version from the npm registry into `folder`, with further packages beside it.
 * Gives the `node_modules` folder; Node itself is `node/bin/node` there, its headers `node/include`.
 */
export async function fetchNode(version: string, folder: string, more: readonly string[] = []): Promise<string> {
  await mkdir(folder, { recursive: true });
  const carrier = `node@npm:node-${process.platform}-${process.arch}@${version}`;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder, ...flags, carrier, ...more], { cwd: folder });
  return join(folder, 'node_modules');
}
