import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import type { BerthHome } from '../home';
import { version } from '../version';
import type { BuildMemory, Stamp } from './build-memory';

/** Who asks for which build, where. */
export interface BuildQuestion {
  readonly home: Pick<BerthHome, 'stateDir' | 'userTemplatesDir'>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that Berth's built-in templates are in; absolute. */
  readonly installation: string;
  /** The script that runs; another build of it may plan otherwise. Absolute. */
  readonly program: string;
  /** The working directory, whose owner the image is for. */
  readonly folder: string;
  /** A template's name or path, as it was given. */
  readonly template: string;
}

/** All that goes into a plan and is in no file, as one text. A home may be shared by machines, so they count too. */
export function questionText({ home, env, installation, program, folder, template }: BuildQuestion): string {
  const machine = [version, program, process.platform, hostname(), release()];
  const places = [folder, template, installation, home.userTemplatesDir];
  return JSON.stringify([...machine, ...places, env['BERTH_EXTRA_CA_CERTS'] ?? '']);
}

/** Where all memories lie. Pure. */
export function memoriesDir({ stateDir }: Pick<BerthHome, 'stateDir'>): string {
  return join(stateDir, 'builds');
}

/** `<home>/state/builds/<hash of who asks for what>.json` */
export function memoryFile(home: Pick<BerthHome, 'stateDir'>, question: string): string {
  const name = createHash('sha256').update(question).digest('hex').slice(0, 32);
  return join(memoriesDir(home), `${name}.json`);
}

/** Null where there is none, or none that can be read. */
export function readMemory(file: string): BuildMemory | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BuildMemory;
  } catch {
    return null;
  }
}

/** A path as it is now. Without waiting: a dozen of these take less time than one turn of the loop. */
export function stampOf(path: string): Stamp {
  return look(path)?.stamp ?? null;
}

/** The same, with when it last changed in milliseconds since the epoch. */
export function look(path: string): { readonly stamp: string; readonly changed: number } | null {
  try {
    const { dev, ino, size, mode, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = statSync(path, { bigint: true });
    const stamp = [dev, ino, size, mode, mtimeNs, ctimeNs].join(' ');
    return { stamp, changed: Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What may not be looked at is not the same as nothing.
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { stamp: code ?? 'unknown', changed: 0 };
  }
}

/** `uid:gid`; empty on Windows, where every file says 0, and for a folder that is gone. */
export function ownerText(folder: string): string {
  if (process.platform === 'win32') return '';
  try {
    const { uid, gid } = statSync(folder);
    return `${uid}:${gid}`;
  } catch {
    return '';
  }
}
