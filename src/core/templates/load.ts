import { messageOf, type ErrorDetail } from '../errors';
import { readBounded } from '../paths';
import { limits, parseTemplateText } from './document';
import { findings } from './issues';
import { localDocument, templateDocument } from './schema';
import { toValue, without, type MapTree } from './tree';

/** One file, read and checked for itself. */
export interface Layer {
  readonly file: string;
  /** What can be merged: the document without what is wrong in it. Null where nothing can. */
  readonly tree: MapTree | null;
  readonly problems: readonly ErrorDetail[];
  /** Fields that a problem is about, as path texts. */
  readonly doubtful: ReadonlySet<string>;
}

/** What was read last, by file and kind: a template is read at each `up` and at each look at it, and seldom changes. */
const lately = new Map<string, { readonly text: string; readonly layer: Layer }>();
const mostLately = 32;

/** Reads one template file and finds everything that is wrong in it. `local`: it is a `berth.local.yaml`. */
export async function loadLayer(file: string, kind: 'template' | 'local' = 'template'): Promise<Layer> {
  const text = await readText(file);
  if (typeof text !== 'string') return failed(file, text);
  const key = `${kind} ${file}`;
  const known = lately.get(key);
  const layer = known?.text === text ? known.layer : parseLayer(text, file, kind);
  lately.delete(key);
  lately.set(key, { text, layer });
  const [oldest] = lately.keys();
  if (oldest !== undefined && lately.size > mostLately) lately.delete(oldest);
  return layer;
}

/** The same for a text that is at hand, such as an editor's unsaved one. Pure. */
export function parseLayer(text: string, file: string, kind: 'template' | 'local' = 'template'): Layer {
  if (Buffer.byteLength(text) > limits.bytes) return failed(file, tooLarge(file));
  const { tree, problems: broken } = parseTemplateText(text, file);
  const problems = broken.map((problem) => ({ expected: 'a document in YAML 1.2', ...problem }));
  if (tree === null) return { file, tree, problems, doubtful: new Set() };
  const schema = kind === 'local' ? localDocument : templateDocument;
  const value = toValue(tree);
  const checked = schema.safeParse(value);
  if (checked.success) return { file, tree, problems, doubtful: new Set() };
  const found = findings(checked.error, schema, tree, value);
  const doubtful = new Set(found.flatMap(({ about }) => about));
  const sound = without(tree, doubtful);
  return {
    file,
    tree: sound.kind === 'map' ? sound : null,
    problems: sorted([...problems, ...found.map(({ detail }) => detail)]).slice(0, limits.problems),
    doubtful,
  };
}

/** In the order in which a reader meets them. */
function sorted(problems: readonly ErrorDetail[]): ErrorDetail[] {
  return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function failed(file: string, problem: ErrorDetail): Layer {
  return { file, tree: null, problems: [problem], doubtful: new Set() };
}

function tooLarge(file: string): ErrorDetail {
  return {
    message: `The file is larger than ${limits.bytes / 1024} KiB.`,
    expected: `a template of ${limits.bytes / 1024} KiB at most`,
    file,
  };
}

/** The file's text, or why it cannot be had. */
async function readText(file: string): Promise<string | ErrorDetail> {
  try {
    const found = await readBounded(file, limits.bytes);
    if (found.kind === 'not_a_file') return { message: 'It is not a file.', expected: 'a template file', file };
    if (found.kind === 'too_long') return tooLarge(file);
    const { bytes } = found;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return { message: 'The file is not UTF-8 text.', expected: 'UTF-8', file, ...firstBadByte(bytes) };
    }
  } catch (error) {
    return { message: `The file cannot be read: ${messageOf(error)}.`, expected: 'a readable file', file };
  }
}

/** Where decoding loses the text: the line of the first replacement character that the file does not hold itself. */
function firstBadByte(bytes: Buffer): { readonly line: number; readonly column: number } {
  const lines = bytes.toString('latin1').split('\n');
  for (const [index, line] of lines.entries()) {
    const raw = Buffer.from(line, 'latin1');
    const text = raw.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(raw)) continue;
    return { line: index + 1, column: Math.max(text.indexOf('\uFFFD'), 0) + 1 };
  }
  return { line: 1, column: 1 };
}
