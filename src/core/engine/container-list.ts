import { isDeepStrictEqual } from 'node:util';
import type Docker from 'dockerode';
import { inTurns } from '../turns';
import { containerSummary } from './container-shapes';
import type { ContainerSummary } from './types';

/** Where a line of a list stands in its text, in bytes. */
interface Span {
  readonly from: number;
  readonly to: number;
}

interface Line extends Span {
  readonly summary: ContainerSummary;
}

interface Kept {
  readonly text: Buffer;
  /** By the container's id, as it stands there. */
  readonly lines: ReadonlyMap<string, Line>;
}

/** A shorter list is parsed sooner than compared. */
const worthKeeping = 20;
/** Questions whose last answers are kept: a window's own each minute, and one that a view asks now and then. */
const questions = 2;

/**
 * Reads an engine's lists of containers line by line: a thousand of them are 2.7 MB, which parsed at one stretch hold an
 * editor's event loop up for longer than is felt. The same question is asked each minute, and most of its answer is what it
 * was: a line that reads the same is the same object, and nothing that is made of it has to be made again.
 */
export class ContainerLists {
  /** By question, the one asked last at the end. */
  readonly #kept = new Map<string, Kept>();

  /**
   * @param text the answer, JSON as it came
   * @param question what was asked: answers to the same are compared; null for what is not asked again, since to keep its
   *   answer would be to let go of one that is
   * @throws SyntaxError where it is no JSON
   */
  async read(text: Buffer, question: string | null): Promise<ContainerSummary[]> {
    const spans = linesOf(text);
    if (spans === null) return wholeOf(text);
    const before = question === null ? undefined : this.#kept.get(question);
    const lines = new Map<string, Line>();
    try {
      await inTurns(spans, (span) => {
        const id = idAt(text, span);
        const known = before?.lines.get(id);
        const isKnown =
          known !== undefined && text.compare(before?.text ?? text, known.from, known.to, span.from, span.to) === 0;
        lines.set(id, { ...span, summary: isKnown ? known.summary : this.#withKnownLabels(summaryAt(text, span)) });
      });
    } catch (error) {
      // Something within a line reads like the start of another.
      if (error instanceof SyntaxError) return wholeOf(text);
      throw error;
    }
    if (question !== null) this.#keep(question, { text, lines });
    return [...lines.values()].map(({ summary }) => summary);
  }

  /**
   * Labels are most of a line, stay what they are, and what is read from them is kept by their object: one that is new at each
   * look would be read anew, and all of it grow old before it is let go.
   */
  #withKnownLabels(summary: ContainerSummary): ContainerSummary {
    for (const { lines } of this.#kept.values()) {
      const labels = lines.get(summary.id)?.summary.labels;
      if (labels !== undefined && isDeepStrictEqual(labels, summary.labels)) return { ...summary, labels };
    }
    return summary;
  }

  #keep(question: string, answer: Kept): void {
    this.#kept.delete(question);
    if (answer.lines.size < worthKeeping) return;
    this.#kept.set(question, answer);
    for (const oldest of [...this.#kept.keys()].slice(0, -questions)) this.#kept.delete(oldest);
  }
}

function wholeOf(text: Buffer): ContainerSummary[] {
  return (JSON.parse(text.toString()) as Docker.ContainerInfo[]).map(containerSummary);
}

function summaryAt(text: Buffer, { from, to }: Span): ContainerSummary {
  return containerSummary(JSON.parse(text.toString('utf8', from, to)) as Docker.ContainerInfo);
}

const start = '{"Id":"';
/** No text within JSON holds this: its quote would stand behind a backslash there. */
const between = `},${start}`;

/** Each line of a list; null for one that is empty, or not written as engines do, with the id first. Pure. */
export function linesOf(text: Buffer): readonly Span[] | null {
  const end = text.lastIndexOf(']');
  if (end < 1 || text.indexOf(`[${start}`) !== 0) return null;
  const spans: Span[] = [];
  let from = 1;
  for (let at = text.indexOf(between, from); at >= 0; at = text.indexOf(between, from)) {
    spans.push({ from, to: at + 1 });
    from = at + 2;
  }
  return [...spans, { from, to: end }];
}

function idAt(text: Buffer, { from, to }: Span): string {
  const at = from + start.length;
  const end = text.indexOf('"', at);
  return text.toString('latin1', at, end < 0 ? to : end);
}
