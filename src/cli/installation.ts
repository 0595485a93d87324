import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package's root: the bundle lies in its `dist`; the launcher's copy lies beside the templates itself. */
export function installation(): string {
  return existsSync(join(__dirname, 'templates')) ? __dirname : dirname(__dirname);
}
