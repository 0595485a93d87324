import { z } from 'zod';
import { BerthError } from '../errors';
import { callBytes } from '../sandbox/file-types';
import { deleteIn, editFileIn, listIn, readFileIn, statIn, writeFileIn } from '../sandbox/files';
import { container, encoding, path } from './schemas';
import { tool } from './tool';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const written = { path: z.string(), size: z.int(), sha256: z.string() };
const facts = {
  kind: z.enum(['file', 'folder', 'link', 'other']),
  size: z.int(),
  mode: z.string().describe('Permission bits in octal.'),
  modified: z.string(),
};
const entriesAtOnce = 1000;

/** Reads a file. */
export const fsRead = tool({
  name: 'fs_read',
  title: 'Read a file',
  description:
    'A file’s text, or base64 where it is no text: by bytes from an offset, or by lines. At most 1 MiB a call; next is the offset to read on from. sha256 is that of the file where all of it came.',
  input: z.object({
    container,
    path,
    offset: z.int().min(0).default(0),
    length: z.int().min(1).max(callBytes).default(callBytes),
    line: z.int().min(1).optional().describe('First line to read, 1 is the first; in place of offset.'),
    lines: z.int().min(1).max(100_000).default(2000).describe('How many lines, where line is said.'),
  }),
  output: z.object({
    text: z.string(),
    encoding,
    size: z.int().describe('Of the whole file, in bytes.'),
    next: z.int().nullable(),
    sha256: z.string().nullable(),
  }),
  hints: { readOnly: true, idempotent: true },
  async run({ boxes, signal }, { container: name, path: at, offset, length, line, lines }) {
    const range = { offset, length, ...(line === undefined ? {} : { lines: { first: line, count: lines } }) };
    return readFileIn(await boxes.open(name, signal), at, range, signal);
  },
});

/** Writes a file. */
export const fsWrite = tool({
  name: 'fs_write',
  title: 'Write a file',
  description:
    'Replaces a file as a whole, or makes it; at once, so that nobody sees half of it. With expected_sha256 only where the file is what it was when it was read ("absent": where there is none yet).',
  input: z.object({
    container,
    path,
    content: z.string(),
    encoding: encoding.default('utf8'),
    expected_sha256: z.union([sha256, z.literal('absent')]).optional(),
    parents: z.boolean().default(true).describe('Make the folders above it.'),
  }),
  output: z.object(written),
  hints: { destructive: true, idempotent: true },
  async run(
    { boxes, signal },
    { container: name, path: at, content, encoding: how, expected_sha256: expected, parents },
  ) {
    const bytes = Buffer.from(content, how);
    if (how === 'base64' && bytes.toString('base64').replace(/=+$/, '') !== content.replace(/\s|=+$/g, '')) {
      throw new BerthError('bad_usage', 'The content is not base64.', { hint: 'Leave encoding out for text.' });
    }
    const options = { parents, ...(expected === undefined ? {} : { expected }) };
    return writeFileIn(await boxes.open(name, signal), at, bytes, options, signal);
  },
});

/** Replaces texts in a file. */
export const fsEdit = tool({
  name: 'fs_edit',
  title: 'Edit a file',
  description:
    'Replaces exact texts in a file, all of the edits or none. Each text has to be there exactly count times (once, unless said else).',
  input: z.object({
    container,
    path,
    edits: z
      .array(z.object({ old: z.string().min(1), new: z.string(), count: z.int().min(1).default(1) }))
      .min(1)
      .max(200),
    expected_sha256: sha256.optional(),
  }),
  output: z.object({ ...written, replaced: z.int() }),
  hints: { destructive: true },
  run: async ({ boxes, signal }, { container: name, path: at, edits, expected_sha256: expected }) =>
    editFileIn(await boxes.open(name, signal), at, edits, expected, signal),
});

/** Lists a folder. */
export const fsList = tool({
  name: 'fs_list',
  title: 'List a folder',
  description: 'What lies in a folder, by name, 1000 entries at most; hand next back as after to read on.',
  input: z.object({ container, path: path.default('.'), after: z.string().optional() }),
  output: z.object({
    entries: z.array(z.object({ name: z.string(), ...facts })),
    next: z.string().nullable(),
  }),
  hints: { readOnly: true, idempotent: true },
  async run({ boxes, signal }, { container: name, path: at, after }) {
    const all = await listIn(await boxes.open(name, signal), at, signal);
    const rest = after === undefined ? all : all.filter((entry) => entry.name > after);
    const entries = rest.slice(0, entriesAtOnce);
    return { entries, next: rest.length > entries.length ? (entries.at(-1)?.name ?? null) : null };
  },
});

/** Looks at a file. */
export const fsStat = tool({
  name: 'fs_stat',
  title: 'Look at a file',
  description:
    'Kind, size, mode and time of a file, folder or link; a link is not followed, target says where it leads.',
  input: z.object({ container, path }),
  output: z.object({ ...facts, target: z.string().nullable() }),
  hints: { readOnly: true, idempotent: true },
  run: async ({ boxes, signal }, { container: name, path: at }) => statIn(await boxes.open(name, signal), at, signal),
});

/** Deletes a file. */
export const fsDelete = tool({
  name: 'fs_delete',
  title: 'Delete a file',
  description: 'Deletes a file, a link or an empty folder; with recursive also a folder with all that is in it.',
  input: z.object({ container, path, recursive: z.boolean().default(false) }),
  output: z.object({ deleted: z.boolean() }),
  hints: { destructive: true },
  async run({ boxes, signal }, { container: name, path: at, recursive }) {
    await deleteIn(await boxes.open(name, signal), at, recursive, signal);
    return { deleted: true };
  },
});
