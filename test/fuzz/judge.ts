import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorDetail } from '../../src/core/errors';
import { loadLayer, parseLayer } from '../../src/core/templates/load';
import { resolveFile, type LoadLayer } from '../../src/core/templates/resolve';
import type { TemplateFolders } from '../../src/core/templates/sources';
import { unsupported } from '../../src/core/templates/unsupported';
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
  const file = join(place.dir, 'berth.yaml');
  const { content } = document;
  let load: LoadLayer = loadLayer;
  if (typeof content === 'string')
    load = async (path, kind) => (path === file ? parseLayer(content, file) : loadLayer(path, kind));
  else writeFileSync(file, content);
  const { resolved, problems } = await resolveFile(file, place.folders, load);
  if (resolved === null) {
    assert.ok(problems.length > 0, 'refused without a reason');
    for (const problem of problems) judgeProblem(problem, file, content);
    return { resolved: false, problems: problems.length, words: [], commands: [] };
  }
  const refused = unsupported(resolved);
  assert.ok(refused === null || (refused.errors?.length ?? 0) > 0);
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
