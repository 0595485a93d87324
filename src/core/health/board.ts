import { watch as watchFolder } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BerthHome } from '../home';
import { Emitter } from '../lifetime';
import type { Disposable, Event } from '../lifetime';
import { withLock } from '../lock';
import type { HealthReading } from './facts';
import type { Snoozes } from './verdict';

/** What is known of containers' health beside what the engine says. */
export interface HealthSource {
  /** Looks whether another process has written something new, and says so. Cheap when none has. */
  load(): Promise<boolean>;
  /** By the container's id; null where no monitor has looked at it. */
  readingOf(container: string): HealthReading | null;
  snoozesOf(container: string): Snoozes;
  readonly onDidChange: Event<void>;
}

/** A source that knows nothing. */
export const nothingTold: HealthSource = {
  load: () => Promise.resolve(false),
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
  readonly #changed = new Emitter<void>();
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

  async load(): Promise<boolean> {
    const [readings, decisions] = await Promise.all([
      this.#fresh<Readings>('readings.json'),
      this.#fresh<AllDecisions>('decisions.json'),
    ]);
    if (readings !== null) this.#readings = readings;
    if (decisions !== null) this.#decisions = decisions;
    return readings !== null || decisions !== null;
  }

  /** Tells of what other processes write, until it is disposed. */
  async watch(): Promise<void> {
    if (this.#watching !== undefined) return;
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    const watcher = watchFolder(this.#dir, { persistent: false }, (_, name) => {
      if (name !== null && !name.endsWith('.json')) return;
      // What cannot be read just now, as while it is replaced on Windows, is read at the next look.
      this.load().then(
        // What this process wrote itself is no news, and making every row anew for it is dear.
        (isNews) => isNews && this.#changed.fire(),
        () => undefined,
      );
    });
    watcher.on('error', () => watcher.close());
    this.#watching = { dispose: () => watcher.close() };
  }

  /** For the monitor alone: what is true of all containers from now on. `tell`: whether views should hear of it at once. */
  async write(readings: Readings, tell: boolean): Promise<void> {
    this.#readings = readings;
    if (tell) this.#changed.fire();
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
      this.#changed.fire();
      return result;
    });
  }

  dispose(): void {
    this.#watching?.dispose();
    this.#changed.dispose();
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

function isCurrent({ snoozes, marks }: Decisions, now: number): boolean {
  return [...Object.values(snoozes), ...Object.values(marks)].some((at) => Date.parse(at) > now - forgetMs);
}
