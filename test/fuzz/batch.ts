import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf } from '../../src/core/errors';
import { documentOf, type FuzzDocument } from './document';
import { judgeDocument, type Verdict } from './judge';
import type { Write } from './judge-image';
import { judgeCommands, judgeQuoting, judgeWords } from './shell';
import { canaryName, payloads } from './values';

const builtInDir = resolve(__dirname, '../../templates');

/**
 * What one document may take, in milliseconds of this process's own time: machines have other work too. One that takes
 * longer is given another try, since the collection of others' garbage counts as well.
 */
export const limitMs = 1000;

export interface Failure {
  readonly index: number;
  readonly kind: FuzzDocument['kind'];
  readonly reason: string;
  /** How the document begins. */
  readonly content: string;
}

export interface Tally {
  documents: number;
  resolved: number;
  problems: number;
  /** Words that a real shell has read. */
  words: number;
  slowest: { ms: number; index: number };
  readonly failures: Failure[];
}

export interface BatchOptions {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly write?: Write;
  /** Called before each document, so that whoever watches knows which one hangs. */
  readonly onDocument?: (index: number) => void;
}

/** Judges the documents of a seed from one place to another (which is not in it). Leaves nothing behind. */
export async function judgeBatch({ seed, from, to, write, onDocument }: BatchOptions): Promise<Tally> {
  const dir = mkdtempSync(join(tmpdir(), 'berth-fuzz-'));
  const canary = join(dir, canaryName);
  const tally: Tally = { documents: 0, resolved: 0, problems: 0, words: 0, slowest: { ms: 0, index: 0 }, failures: [] };
  const place = { dir, folders: { builtInDir, userDir: join(dir, 'none') } };
  const real = realTemplates();
  const words: (readonly [string, string])[] = [];
  const commands: string[] = [];
  const fail = (index: number, { kind, content }: FuzzDocument, reason: string): void => {
    tally.failures.push({ index, kind, reason, content: content.toString().slice(0, 1500) });
  };
  try {
    for (let index = from; index < to; index += 1) {
      onDocument?.(index);
      const document = documentOf(seed, index, real, canary);
      try {
        const { verdict, ms } = await timed(() => judgeDocument(document, place, write));
        if (ms > limitMs) fail(index, document, `it took ${Math.round(ms)} ms`);
        if (ms > tally.slowest.ms) tally.slowest = { ms, index };
        if (verdict.resolved) tally.resolved += 1;
        tally.problems += verdict.problems;
        words.push(...verdict.words);
        commands.push(...verdict.commands);
      } catch (error) {
        fail(index, document, error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
      }
      tally.documents += 1;
      if (words.length > 4000 || commands.length > 400 || index === to - 1) {
        tally.words += words.length;
        try {
          judgeWords(words.splice(0), canary);
          judgeCommands(commands.splice(0));
        } catch (error) {
          fail(index, document, `in the documents up to this one: ${messageOf(error)}`);
        }
      }
    }
    judgeQuoting(
      payloads(canary).filter((text) => !text.includes('\0')),
      canary,
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
  return tally;
}

async function timed(work: () => Promise<Verdict>): Promise<{ readonly verdict: Verdict; readonly ms: number }> {
  let best = Infinity;
  for (let tries = 0; ; tries += 1) {
    const begun = process.cpuUsage();
    const verdict = await work();
    const { user, system } = process.cpuUsage(begun);
    best = Math.min(best, (user + system) / 1000);
    if (best <= limitMs || tries === 2) return { verdict, ms: best };
  }
}

/** What is mutated: the built-in templates, and one that uses every field. */
function realTemplates(): string[] {
  const files = [
    ...readdirSync(builtInDir)
      .sort()
      .map((name) => join(builtInDir, name)),
    join(__dirname, 'every-field.yaml'),
  ];
  return files.map((file) => readFileSync(file, 'utf8'));
}
