import { BerthError } from '../errors';
import type { BuildEnd } from './build-steps';
import { diskFull, isNoSpace } from './failures';
import { imageNotFound } from './registry-failure';

const hint = 'Open the log or edit the template.';

/** The one sentence, and the details, for a build that did not make an image. */
export function buildFailure(end: BuildEnd): BerthError {
  const words = end.error ?? 'the engine ended the build without an image';
  const name = end.failed?.name ?? '';
  const cause = new Error(words);
  if (isNoSpace(words) || end.lastLines.some(isNoSpace)) return diskFull('build the image', cause);
  const base = missingBase(name, words);
  if (base !== undefined) return imageNotFound(base, words, cause);

  const step = end.failed?.step;
  const where = step === undefined ? '' : ` at ${stepLabel(step.name)}`;
  const reason = tellingLine(end.lastLines) ?? shortened(plain(lastPart(words)));
  return new BerthError('build_failed', `The image build failed${where}: ${reason.replace(/\.$/, '')}.`, {
    hint,
    errors: [
      ...(step === undefined ? [] : [{ message: `step ${step.index} of ${step.total}: ${step.name}` }]),
      ...end.lastLines.map((message) => ({ message: plain(message) })),
      { message: words },
    ],
    cause,
  });
}

/** The base image that a build could not get; undefined where that is not what failed. */
function missingBase(name: string, words: string): string | undefined {
  const metadata = /load metadata for (\S+)/.exec(name)?.[1];
  const from = /^(?:\[[^\]]*\]\s*)?FROM\s+(?:--\S+\s+)*(\S+)/i.exec(name)?.[1];
  if (metadata !== undefined) return familiar(metadata);
  if (from === undefined || /unknown instruction|parse error|unknown flag/i.test(words)) return undefined;
  return familiar(from);
}

/** A reference as people write it, without the default registry's name. */
function familiar(reference: string): string {
  return reference.replace(/^docker\.io\/(library\/)?/, '').replace(/@sha256:.*$/, '');
}

/** What a step is called in a message: its own phase (`apt`, `run 2`), the package manager it runs, else its instruction, shortened. */
export function stepLabel(name: string): string {
  const phase = phaseOf(name);
  if (phase !== undefined) return phase === 'base' ? 'the base tools' : phase;
  const command = name.replace(/^.*?\bRUN\s+(--\S+\s+)*/s, '');
  const manager = /\b(apt-get|apt|pip3?|npm|cargo|go|dnf|apk)\b[^&|;]*?\b(install|add|update)\b/.exec(command)?.[1];
  if (manager !== undefined && /\bRUN\b/.test(name)) return manager.replace('apt-get', 'apt').replace('pip3', 'pip');
  return `“${shortened(name)}”`;
}

/** The word by which Berth's own steps begin (see templates/image/step.ts); a `run` entry has a number too. */
function phaseOf(name: string): string | undefined {
  return /\bRUN\b.*?: berth ([a-z]+(?: [0-9]+)?)/s.exec(name)?.[1];
}

/** The line that says most: a package manager's own error before the last line of all. */
function tellingLine(lines: readonly string[]): string | undefined {
  const clean = lines.map(plain).filter((line) => line !== '');
  const marked = clean.filter((line) => /^(E:|error\b|fatal\b|npm (ERR!|error)|ERROR:)/i.test(line));
  const line = marked.find((text) => text.startsWith('E:')) ?? marked.at(-1) ?? clean.at(-1);
  return line === undefined ? undefined : shortened(line.replace(/^(E:|ERROR:|npm (ERR!|error))\s*/i, ''));
}

/** BuildKit wraps its error once for each layer it came through; the last part is the one that says it. */
function lastPart(words: string): string {
  return /failed to solve(?: with frontend \S+)?: (?:failed to \S+ \S+ \S+: )?(.*)$/s.exec(words)?.[1] ?? words;
}

function plain(text: string): string {
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '').trim();
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
}
