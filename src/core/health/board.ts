import { watch as watchFolder } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { Emitter } from '../lifetime';
import type { Disposable, Event } from '../lifetime';
import { withLock } from '../lock';
import type { HealthReading } from './facts';
import type { Snoozes } from './verdict';

/** What is known of containers' health beside what the engine says. */
export interface HealthSource {
  /** Looks whether another process has written something new, and tells of it. Cheap when none has. */
  load(): Promise<void>;
  /** By the container's id; null where no monitor has looked at it. */
  readingOf(container: string): HealthReading | null;
  snoozesOf(container: string): Snoozes;
  /** By their ids, the containers of which something is known that was not. */
  readonly onDidChange: Event<readonly string[]>;
}

/** A source that knows nothing. */
export const nothingTold: HealthSource = {
  load: () => Promise.resolve(),
  readingOf: () => null,
  snoozesOf: () => noSnoozes,
  onDidChange: () => ({ dispose: () => undefined }),
};

/** What people and windows decided of one container. Marks: what has been told once, by its cause. */
export interface Decisions {
  readonly snoozes: Snoozes;
  readonly marks: Readonly<Record<string, string>>;
}

type Readings = Readonly<Record<string, HealthReading>>;
type AllDecisions = Readonly<Record<string, Decisions>>;

/** One object, so that who compares by identity sees that nothing was put off, and nothing still is not. */
const noSnoozes: Snoozes = {};

/** Days after which what was decided of a container that nobody decides about any more is forgotten. */
const forgetMs = 30 * 86_400_000;

/**
 * What the monitor found and what was put off, in two files that all processes of a user share. Readings have one
 * writer, the monitor; decisions are changed under a lock.
 */
export class HealthBoard implements HealthSource, Disposable {
  readonly #changed = new Emitter<readonly string[]>();
  readonly onDidChange = this.#changed.event;
  readonly #dir: string;
  #readings: Readings = {};
  #decisions: AllDecisions = {};
  readonly #seen = new Map<string, string>();
  #watching: Disposable | undefined;

  constructor(private readonly home: Pick<BerthHome, 'stateDir' | 'locksDir'>) {
    this.#dir = join(home.stateDir, 'health');
  }

  readingOf(container: string): HealthReading | null {
    return this.#readings[container] ?? null;
  }

  snoozesOf(container: string): Snoozes {
    return this.#decisions[container]?.snoozes ?? noSnoozes;
  }

  async load(): Promise<void> {
    const [readings, decisions] = await Promise.all([
      this.#fresh<Readings>('readings.json'),
      this.#fresh<AllDecisions>('decisions.json'),
    ]);
    const [before, decided] = [this.#readings, this.#decisions];
    if (readings !== null) this.#readings = withSame(before, readings);
    if (decisions !== null) this.#decisions = withSame(decided, decisions);
    this.#tell([...differing(before, this.#readings), ...differing(decided, this.#decisions)]);
  }

  /** Tells of what other processes write, until it is disposed. */
  async watch(): Promise<void> {
    if (this.#watching !== undefined) return;
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const watcher = watchFolder(this.#dir, { persistent: false }, (_, name) => {
      if (name !== null && !name.endsWith('.json')) return;
      // What cannot be read just now, as while it is replaced on Windows, is read at the next look.
      this.load().catch(() => undefined);
    });
    watcher.on('error', () => watcher.close());
    this.#watching = { dispose: () => watcher.close() };
  }

  /** For the monitor alone: what is true of all containers from now on. */
  async write(readings: Readings): Promise<void> {
    const before = this.#readings;
    this.#readings = readings;
    this.#tell(differing(before, readings));
    await this.#save('readings.json', readings);
  }

  /** Changes what was decided of one container, as no other process does meanwhile. @returns what `change` returned */
  async decide<T>(
    container: string,
    change: (before: Decisions) => { readonly after: Decisions; readonly result: T },
    now = Date.now(),
  ): Promise<T> {
    return withLock(this.home.locksDir, 'health-decisions', async () => {
      await this.load();
      const before = this.#decisions[container] ?? { snoozes: {}, marks: {} };
      const { after, result } = change(before);
      if (after === before) return result;
      const all = { ...this.#decisions, [container]: after };
      this.#decisions = Object.fromEntries(Object.entries(all).filter(([, each]) => isCurrent(each, now)));
      await this.#save('decisions.json', this.#decisions);
      this.#tell([container]);
      return result;
    });
  }

  dispose(): void {
    this.#watching?.dispose();
    this.#changed.dispose();
  }

  #tell(containers: readonly string[]): void {
    if (containers.length > 0) this.#changed.fire(containers);
  }

  async #save(name: string, value: unknown): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.#dir, name), `${JSON.stringify(value)}\n`, { mode: 0o600, fsync: false });
    this.#seen.set(name, await this.#stamp(name));
  }

  /** The file's content where it is another than before; null where it is not. A torn or missing one is empty. */
  async #fresh<T extends object>(name: string): Promise<T | null> {
    const stamp = await this.#stamp(name);
    if (this.#seen.get(name) === stamp) return null;
    this.#seen.set(name, stamp);
    try {
      return JSON.parse(await readFile(join(this.#dir, name), 'utf8')) as T;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {} as T;
      throw error;
    }
  }

  async #stamp(name: string): Promise<string> {
    const found = await stat(join(this.#dir, name)).catch(() => null);
    return found === null ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
  }
}

/** What was read, with the objects that were there before where they say the same: who compares by identity sees what changed. */
function withSame<T>(before: Readonly<Record<string, T>>, read: Readonly<Record<string, T>>): Record<string, T> {
  const parts = Object.entries(read).map(([key, now]): [string, T] => {
    const then = before[key];
    return [key, then !== undefined && isDeepStrictEqual(then, now) ? then : now];
  });
  return Object.fromEntries(parts);
}

function differing(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  if (before === after) return [];
  return Object.keys({ ...before, ...after }).filter((key) => before[key] !== after[key]);
}

function isCurrent({ snoozes, marks }: Decisions, now: number): boolean {
  return [...Object.values(snoozes), ...Object.values(marks)].some((at) => Date.parse(at) > now - forgetMs);
}
