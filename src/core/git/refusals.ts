/** Whoever is refused may ask without end, and makes up hosts at will. Times in milliseconds. */
const within = 60_000;
const most = 5;

/** Keeps the telling of refusals to what a person can read. */
export class Refusals {
  /** By project: when each refusal was told last. */
  readonly #told = new Map<string, Map<string, number>>();

  /** @param now milliseconds of any clock that only goes forward */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Whether this refusal is news: the same one counts once a minute, and of a project no more than five do in that time. */
  isNews(project: string, cause: string): boolean {
    const now = this.now();
    const told = this.#told.get(project) ?? new Map<string, number>();
    this.#told.set(project, told);
    for (const [other, at] of told) if (now - at >= within) told.delete(other);
    if (told.has(cause) || told.size >= most) return false;
    told.set(cause, now);
    return true;
  }
}
