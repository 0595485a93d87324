import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BerthError, messageOf } from '../errors';
import { limits, parseJson, type ParsedJson } from './json';
import { isThere, readBounded } from '../paths';

/** A file that is to be written. */
export interface NewFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** Reads a devcontainer.json. @throws BerthError `devcontainer_invalid` with every error and its place */
export async function readConfig(
  file: string,
): Promise<ParsedJson & { readonly root: NonNullable<ParsedJson['root']> }> {
  const parsed = parseJson(await textOf(file), file);
  const { root, problems } = parsed;
  if (root !== null) return { ...parsed, root };
  const [first] = problems;
  const count = problems.length === 1 ? 'an error' : `${problems.length} errors`;
  throw new BerthError('devcontainer_invalid', `${file} has ${count}: ${first?.message ?? ''}`, { errors: problems });
}

async function textOf(file: string): Promise<string> {
  const wrong = (message: string, cause?: unknown) =>
    new BerthError('devcontainer_invalid', `${file} ${message}`, { errors: [{ message, file }], cause });
  let bytes: Buffer;
  try {
    const found = await readBounded(file, limits.bytes);
    if (found.kind === 'not_a_file') throw wrong('is not a file.');
    if (found.kind === 'too_long') throw wrong(`is larger than ${limits.bytes / 1024} KiB.`);
    bytes = found.bytes;
  } catch (error) {
    throw error instanceof BerthError ? error : wrong(`cannot be read: ${messageOf(error)}.`, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw wrong('is not UTF-8 text.', error);
  }
}

/**
 * Writes all of them or, where one is there already, none.
 * @throws BerthError `file_exists` unless `force`, `file_failed`
 */
export async function writeFiles(files: readonly NewFile[], options: { readonly force: boolean }): Promise<void> {
  for (const { path } of options.force ? [] : files) if (await isThere(path)) throw exists(path);
  const { default: writeFileAtomic } = await import('write-file-atomic');
  for (const { path, text } of files) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFileAtomic(path, text);
    } catch (error) {
      throw new BerthError('file_failed', `${path} cannot be written: ${messageOf(error)}.`, {
        hint: 'Look whether you may write to its folder.',
        cause: error,
      });
    }
  }
}

function exists(path: string): BerthError {
  return new BerthError('file_exists', `${path} is there already.`, {
    hint: 'Use --force to overwrite it, or --out FILE for another place.',
  });
}
