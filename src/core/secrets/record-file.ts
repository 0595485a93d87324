import { mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import type { FileGlance } from '../projects/file-glance';
import type { SecretsRecord } from './record';

/** A missing or torn file is none: the next look makes it again. */
export async function readSecretsRecord(
  home: BerthHome,
  project: string,
  glance?: FileGlance,
): Promise<SecretsRecord | null> {
  if ((await glance?.has(fileOf(home, project))) === false) return null;
  try {
    return JSON.parse(await readFile(fileOf(home, project), 'utf8')) as SecretsRecord;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** When a process last read the secrets of a project, in milliseconds since the epoch; 0 where none has. */
export async function whenLastRead(home: BerthHome, project: string): Promise<number> {
  return stat(fileOf(home, project)).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

/** A file of its own, written whole, so that it takes no lock: secrets are brought in anew while `up` holds the project's. */
export async function writeSecretsRecord(home: BerthHome, project: string, record: SecretsRecord): Promise<void> {
  const file = fileOf(home, project);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

const fileOf = (home: BerthHome, project: string): string => join(home.stateDir, 'secrets', `${project}.json`);
