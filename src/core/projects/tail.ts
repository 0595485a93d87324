/** Lines and characters that are kept of an output: enough to see why it failed. */
const kept = { lines: 40, characters: 8_000 };

/** The last lines of an output. */
export class Tail {
  #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line.slice(0, kept.characters));
    if (this.#lines.length > kept.lines) this.#lines.shift();
  }

  get text(): string {
    return this.#lines.join('\n').slice(-kept.characters);
  }
}
