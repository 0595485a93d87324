import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorDetail } from '../../src/core/errors';
import { loadLayer, parseLayer } from '../../src/core/templates/load';
import { resolveFile, type LoadLayer } from '../../src/core/templates/resolve';
import type { TemplateFolders } from '../../src/core/templates/sources';
import type { FuzzDocument } from './document';
import { berthWrites, judgeImage, type Judged, type Write } from './judge-image';

export interface Place {
  /** A folder of the run's own; nothing but documents is written to it. */
  readonly dir: string;
  readonly folders: TemplateFolders;
}

export interface Verdict extends Judged {
  readonly resolved: boolean;
  readonly problems: number;
}

/** Reads a document as `validate` and `up` would, and holds what comes of it to what Berth promises. @throws AssertionError */
export async function judgeDocument(
  document: FuzzDocument,
  place: Place,
  write: Write = berthWrites,
): Promise<Verdict> {
  const { content, layer } = document;
  const own = join(place.dir, 'berth.yaml');
  const file = join(place.dir, { own: 'berth.yaml', parent: 'parent.yaml', local: 'berth.local.yaml' }[layer]);
  // Whether a file is there is asked of the disk, whoever reads it then.
  writeFileSync(file, content);
  const load: LoadLayer = async (path, kind) => {
    if (path === file) return typeof content === 'string' ? parseLayer(content, path, kind) : loadLayer(path, kind);
    return path === own ? parseLayer(harmless, path, kind) : loadLayer(path, kind);
  };
  try {
    return await judgeFiles(document, own, file, load, place, write);
  } finally {
    for (const made of [file, join(place.dir, 'parent.yaml')]) rmSync(made, { force: true });
  }
}

/** The project's own file where the document is another one of the project's. */
const harmless =
  'apiVersion: devcontainer/v1\nkind: Template\nmetadata: {name: own, extends: ./parent.yaml}\nspec: {base_image: a, run: [x]}\n';

async function judgeFiles(
  { layer, content }: FuzzDocument,
  own: string,
  file: string,
  load: LoadLayer,
  place: Place,
  write: Write,
): Promise<Verdict> {
  if (layer === 'local')
    writeFileSync(join(place.dir, 'parent.yaml'), harmless.replace(', extends: ./parent.yaml', ''));
  const { resolved, problems } = await resolveFile(own, place.folders, load);
  if (resolved === null) {
    assert.ok(problems.length > 0, 'refused without a reason');
    for (const problem of problems) judgeProblem(problem, file, content);
    return { resolved: false, problems: problems.length, words: [], commands: [] };
  }
  const user = judgeImage(resolved, { uid: 1000, gid: 1000, buildkit: true }, write);
  const root = judgeImage(resolved, { uid: 0, gid: 0, buildkit: false }, write);
  return { resolved: true, problems: 0, words: user.words, commands: [...user.commands, ...root.commands] };
}

/** A problem is for people and for editors: one sentence in one line, at a place that the document has. */
function judgeProblem(problem: ErrorDetail, file: string, content: string | Buffer): void {
  const shown = JSON.stringify(problem);
  assert.ok(problem.message.length > 0 && problem.message.length < 4000, shown.slice(0, 400));
  assert.ok(!/[\r\n]/.test(problem.message), shown);
  assert.ok((problem.expected ?? '') !== '' && problem.file !== undefined, shown);
  if (problem.file !== file || problem.line === undefined) return;
  const lines = content.toString().split('\n');
  assert.ok(problem.line >= 1 && problem.line <= lines.length, `line ${problem.line} of ${lines.length}: ${shown}`);
  const width = (lines[problem.line - 1] ?? '').length;
  assert.ok((problem.column ?? 1) >= 1 && (problem.column ?? 1) <= width + 2, `column of ${width}: ${shown}`);
}
