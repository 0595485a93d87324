import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { BerthError } from '../errors';
import { shellCommand } from '../quote';
import { collect } from './collect';
import { applyEdits, type Edit } from './edit';
import { fileChanged, fileRefusal } from './file-refusal';
import { writeScript, type FileScript } from './file-script';
import { callBytes } from './file-types';
import type { FileEntry, FileFacts, FileKind, FilePiece, ReadRange, WriteOptions, Written } from './file-types';
import { encoded } from './output';
import { LateError, subshell } from './shells';
import type { Box } from './types';

/** Milliseconds after which a file that does not answer is given up. */
const patienceMs = 30_000;

/** A text of so many bytes goes along with the script. */
const inlineBytes = 32 * 1024;

/** How often an edit is tried on a file that others keep writing. */
const editTurns = 20;

/** A piece of a file. @throws BerthError `file_not_found`, `file_outside`, `file_failed` */
export async function readFileIn(box: Box, path: string, range: ReadRange, signal?: AbortSignal): Promise<FilePiece> {
  const { bytes, size } = await readBytes(box, path, range, signal);
  const { offset, lines } = range;
  const more = lines === undefined ? offset + bytes.length < size : bytes.length === range.length;
  const { text, encoding, used } = encoded(bytes, more);
  return {
    text,
    encoding,
    size,
    next: lines === undefined && more ? offset + used : null,
    sha256: lines === undefined && offset === 0 && bytes.length === size ? sha256Of(bytes) : null,
  };
}

/** Replaces a file at once, keeping its mode. @throws BerthError `file_changed` where it is not what was expected */
export async function writeFileIn(
  box: Box,
  path: string,
  content: Buffer,
  { expected = '-', parents = false }: WriteOptions,
  signal?: AbortSignal,
): Promise<Written> {
  if (content.length > callBytes) {
    throw new BerthError('bad_usage', `A call writes ${callBytes} bytes at most.`, {
      hint: 'Write larger files by a command.',
    });
  }
  const words = [expected, '644', parents ? 'parents' : '-'];
  const { rest } = await run(box, path, 'write', words, content, signal);
  return { path: withoutEnd(rest), size: content.length, sha256: sha256Of(content) };
}

/**
 * Replaces exact texts. Where another writes the file meanwhile, the edits are tried on what it has become, unless the
 * caller said what it must be. @throws BerthError `file_changed` where a text is not there as often as said
 */
export async function editFileIn(
  box: Box,
  path: string,
  edits: readonly Edit[],
  expected: string | undefined,
  signal?: AbortSignal,
): Promise<Written & { readonly replaced: number }> {
  for (let turn = 1; ; turn += 1) {
    const { bytes, size } = await readBytes(box, path, { offset: 0, length: callBytes }, signal);
    if (size > callBytes) {
      throw new BerthError('bad_usage', `The file has ${size} bytes; ${callBytes} can be edited.`, {
        hint: 'Edit it by a command.',
      });
    }
    const before = sha256Of(bytes);
    if (expected !== undefined && expected !== before) throw fileChanged(path);
    const { content, replaced } = applyEdits(bytes, edits);
    try {
      return { ...(await writeFileIn(box, path, content, { expected: before }, signal)), replaced };
    } catch (error) {
      const changed = error instanceof BerthError && error.code === 'file_changed';
      if (!changed || expected !== undefined || turn === editTurns) throw error;
    }
  }
}

/** What lies at a path; a link is not followed. @throws BerthError `file_not_found`, `file_outside` */
export async function statIn(box: Box, path: string, signal?: AbortSignal): Promise<FileFacts> {
  const { head, rest } = await run(box, path, 'stat', [], undefined, signal);
  return { ...factsOf(head), target: rest.length === 0 ? null : withoutEnd(rest) };
}

/** What is in a folder, by name. @throws BerthError `file_not_found`, `file_outside`, `file_failed` */
export async function listIn(box: Box, path: string, signal?: AbortSignal): Promise<readonly FileEntry[]> {
  const { rest } = await run(box, path, 'list', [], undefined, signal);
  return withoutEnd(rest)
    .split(/(?:^|\n)\//)
    .flatMap((line) => {
      const [, facts = '', name] = /^(\S+ \S+ \S+) \.\/([^]*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, ...factsOf(facts.split(' ')) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Deletes a file, a link or an empty folder; with `all` also a folder with all that is in it. */
export async function deleteIn(box: Box, path: string, all: boolean, signal?: AbortSignal): Promise<void> {
  await run(box, path, 'delete', [all ? 'all' : '-'], undefined, signal);
}

async function readBytes(
  box: Box,
  path: string,
  { offset, length, lines }: ReadRange,
  signal?: AbortSignal,
): Promise<{ readonly bytes: Buffer; readonly size: number }> {
  const most = Math.min(length, callBytes);
  const words = [offset, most, lines?.first ?? 0, lines?.count ?? 0].map(String);
  const { head, rest } = await run(box, path, 'read', [...words, ''], undefined, signal);
  if (head[0] !== '?') return { bytes: rest, size: Number(head[0]) };
  if (rest.length <= most) return { bytes: rest, size: rest.length };
  const exact = await run(box, path, 'read', [...words, 'exact'], undefined, signal);
  return { bytes: exact.rest, size: Number(exact.head[0]) };
}

async function run(
  box: Box,
  path: string,
  script: FileScript,
  words: readonly string[],
  input?: Buffer,
  signal?: AbortSignal,
): Promise<{ readonly head: readonly string[]; readonly rest: Buffer }> {
  if (path === '' || path.includes('\0')) throw new BerthError('bad_usage', 'A path is neither empty nor holds a NUL.');
  // Taken as it stands it would be a folder named ~ in the workspace, which nobody means and `rm -r ~` does not spare.
  if (/^~(\/|$)/.test(path)) throw fileRefusal('home', path, '');
  const absolute = posix.resolve(box.workspacePath, path);
  const all = [absolute, box.roots.join('\n'), ...words];
  const { stdout, stderr, late } = await (input !== undefined && input.length > inlineBytes
    ? runApart(box, [...all, String(input.length)], input, signal)
    : runWaiting(box, script, all, input, signal));
  const at = stdout.indexOf(0x0a);
  const [word = '', ...head] = stdout.subarray(0, Math.max(0, at)).toString().split(' ');
  if (word === 'ok') return { head, rest: stdout.subarray(at + 1) };
  throw fileRefusal(late ? 'late' : word, path, stderr.trim().slice(0, 200));
}

interface Ran {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly late: boolean;
}

/** In a shell that waits in the container; a text that it is to read comes with the script, whole or not at all. */
async function runWaiting(
  box: Box,
  script: FileScript,
  words: readonly string[],
  input: Buffer | undefined,
  signal?: AbortSignal,
): Promise<Ran> {
  const asked = withInput(script, words, input);
  try {
    const options = { timeoutMs: patienceMs, endsWithCaller: true, ...(signal === undefined ? {} : { signal }) };
    return { ...(await box.fileShells.ask(asked, options)), late: false };
  } catch (error) {
    if (error instanceof LateError) return { stdout: Buffer.alloc(0), stderr: '', late: true };
    throw error;
  }
}

/** A shell holds any text but one with a NUL; other bytes come by a process more. */
function withInput(script: FileScript, words: readonly string[], input: Buffer | undefined): string {
  const called = (more: readonly string[], alone = true): string =>
    subshell(`berth_${script} ${shellCommand([...words, ...more])}`, [], alone);
  if (input === undefined) return called([]);
  if (isUtf8(input) && !input.includes(0)) return called(['text', input.toString()]);
  return `printf %s ${input.toString('base64')} | ${called(['base64'], false)}`;
}

/** As a command of its own that reads a long text from its stdin. */
async function runApart(box: Box, words: readonly string[], input: Buffer, signal?: AbortSignal): Promise<Ran> {
  const spec = { argv: ['/bin/sh', '-c', writeScript, 'berth', ...words], cwd: '/', timeoutMs: patienceMs };
  const { stdout, stderr, exit } = await collect(box.runner, spec, input, signal);
  return { stdout, stderr, late: exit.timedOut };
}

function factsOf([bits = '', size = '', time = '']: readonly string[]): Omit<FileFacts, 'target'> {
  const mode = Number.parseInt(bits, 16);
  const kinds: Readonly<Record<number, FileKind>> = { 0o100000: 'file', 0o040000: 'folder', 0o120000: 'link' };
  return {
    kind: kinds[mode & 0o170000] ?? 'other',
    size: Number(size),
    mode: (mode & 0o7777).toString(8),
    modified: new Date(Number(time) * 1000).toISOString(),
  };
}

function withoutEnd(line: Buffer): string {
  return line.toString().replace(/\n$/, '');
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
