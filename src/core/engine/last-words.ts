const kept = 64 * 1024;

/** What a process says on stderr while its streams are used for something else: its first 64 KiB, for an error's cause. */
export class LastWords {
  #said = '';

  readonly hear = (data: Buffer): void => {
    if (this.#said.length < kept) this.#said = (this.#said + data.toString()).slice(0, kept);
  };

  readonly said = (): string => this.#said;
}
