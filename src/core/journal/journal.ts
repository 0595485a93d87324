import { closeSync, fstatSync, mkdirSync, openSync, readSync, watch as watchFolder, writeSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { BerthHome } from '../home';
import type { Disposable } from '../lifetime';
import { withLock } from '../lock';
import { parseEntry, type JournalEntry } from './entry';
import { linesBackwards } from './lines-backwards';

/** A full journal is put aside at this many bytes; one such is kept: some ten thousand entries in all. */
const fullBytes = 10 * 1024 * 1024;

/** What happened to which container, when and why: append-only, one JSON object a line, shared by all processes of a user. */
export interface Journal {
  append(entry: JournalEntry): Promise<void>;
  /** Newest first. Lines that are no entries, a torn last one among them, are passed over. */
  read(options?: { readonly limit?: number; readonly project?: string }): Promise<JournalEntry[]>;
  /** Calls back after entries may have come, whichever process wrote them. */
  watch(onChange: () => void): Promise<Disposable>;
}

/** The journal in Berth’s home. `limits` is for tests, which have no ten megabytes to write. */
export function createJournal(
  home: Pick<BerthHome, 'journalFile' | 'locksDir'>,
  limits: { readonly fullBytes?: number } = {},
): Journal {
  const { journalFile: file, locksDir } = home;
  const former = `${file}.1`;
  const full = limits.fullBytes ?? fullBytes;
  return {
    async append(entry) {
      if (appendLine(file, JSON.stringify(entry)) < full) return;
      await withLock(locksDir, 'journal', async () => {
        // Another process may have put it aside just now. Who has the old file open still writes to it: nothing is lost.
        if (((await stat(file).catch(() => null))?.size ?? 0) >= full) await rename(file, former);
      });
    },
    async read({ limit = Number.POSITIVE_INFINITY, project } = {}) {
      const found: JournalEntry[] = [];
      for (const source of [file, former]) {
        for await (const line of linesBackwards(source)) {
          if (found.length >= limit) return found;
          const entry = line === '' ? null : parseEntry(line);
          if (entry !== null && (project === undefined || entry.project?.id === project)) found.push(entry);
        }
      }
      return found;
    },
    async watch(onChange) {
      // The folder, since the file itself is another one once it was put aside.
      const folder = dirname(file);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const watcher = watchFolder(folder, { persistent: false }, (_, name) => {
        if (name === null || name === basename(file)) onChange();
      });
      // A folder that was removed has no more news; its end must not be the process's.
      watcher.on('error', () => watcher.close());
      return { dispose: () => watcher.close() };
    },
  };
}

/**
 * Appends by one write, which the system does not mix with others'. Each of its five steps takes some microseconds, which
 * handing it to another thread makes fifty. @returns the file's size then
 */
function appendLine(file: string, line: string): number {
  const handle = opened(file);
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(handle, last, 0, 1, size - 1);
    // After a write that was torn by a crash, the next line begins on its own.
    const text = Buffer.from(size > 0 && last.toString() !== '\n' ? `\n${line}\n` : `${line}\n`);
    for (let at = 0; at < text.length;) at += writeSync(handle, text, at);
    return size + text.length;
  } finally {
    closeSync(handle);
  }
}

/** Its folder is there but for the first time. */
function opened(file: string): number {
  try {
    return openSync(file, 'a+', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'a+', 0o600);
  }
}
