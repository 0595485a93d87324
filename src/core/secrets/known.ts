import type { Journal } from '../journal/journal';
import type { Logger } from '../log';

/** Shorter texts are everywhere: hiding them would hide what was to be told. */
const shortest = 4;
/** A line of a value of several lines, such as a key, tells something from this length on. */
const shortestLine = 16;

/**
 * The values that this process has had in its hands. Nothing that Berth itself writes down (a log, the journal, what is
 * kept of a step's output) may hold one. What a command prints for its caller is the caller's own and passes.
 */
export class KnownSecrets {
  readonly #texts = new Set<string>();

  add(value: Buffer): void {
    const text = value.toString('utf8').trim();
    if (text.length >= shortest) this.#texts.add(text);
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    if (lines.length > 1) for (const line of lines) if (line.length >= shortestLine) this.#texts.add(line);
  }

  /** The same text with `***` in place of every known value, in any of the spellings that logs use. */
  redact(text: string): string {
    if (this.#texts.size === 0) return text;
    // The longest first: one value may be the beginning of another.
    const known = [...this.#texts].sort((a, b) => b.length - a.length);
    return known.reduce((so, value) => {
      const spelt = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
      return [...new Set(spelt)].reduce((now, one) => now.replaceAll(one, '***'), so);
    }, text);
  }

  /** A logger before which nothing known passes, also not in an error's text or stack. */
  guard(log: Logger): Logger {
    return {
      log: (level, message, detail) => {
        if (this.#texts.size === 0) log.log(level, message, detail);
        else log.log(level, this.redact(message), this.#redacted(detail));
      },
    };
  }

  /** A journal before which nothing known passes. */
  guardJournal(journal: Journal): Journal {
    const guarded: Pick<Journal, 'append'> = {
      append: (entry) => journal.append({ ...entry, cause: entry.cause === null ? null : this.redact(entry.cause) }),
    };
    return Object.assign(Object.create(journal) as Journal, guarded);
  }

  #redacted(detail: unknown): unknown {
    if (detail === undefined) return undefined;
    if (typeof detail === 'string') return this.redact(detail);
    if (detail instanceof Error) {
      const copy = new Error(this.redact(detail.message), { cause: this.#redacted(detail.cause) });
      copy.name = detail.name;
      if (detail.stack !== undefined) copy.stack = this.redact(detail.stack);
      return copy;
    }
    try {
      return JSON.parse(this.redact(JSON.stringify(detail))) as unknown;
    } catch {
      // What cannot be written as JSON is not told at all.
      return undefined;
    }
  }
}
