import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCachedEngine } from '../harness/cached-engine';
import { dockerCli, ensureBaseImages, type DockerCli } from '../harness/images';
import type { Session } from '../harness/session';
import type { Samples } from './samples';

/** Ours, beside what a user would take instead. */
export interface Comparison {
  readonly what: string;
  readonly ours: Samples;
  readonly others: readonly {
    readonly samples: Samples;
    /** The budget: ours may take this many times the other's median. */
    readonly atMost?: number;
  }[];
}

/** One number that stands alone: a count, a size, a share, a time with a mark that a person can feel. */
export interface Figure {
  readonly what: string;
  /** How it was measured, in few words; the cell beside `what`. */
  readonly how?: string;
  readonly value: number;
  /** `ms`, `MB`, `KB`, `%` …; none for a count. */
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** What a suite has measured: a table of comparisons, one of figures, or both. */
export interface Measured {
  /** The engine's version; a suite without one says what stood in its place. */
  readonly engine: string;
  readonly comparisons?: readonly Comparison[];
  readonly figures?: readonly Figure[];
}

/**
 * A group of rows, one table on the page between the marks of the suite's name. It measures with what {@link Bench}
 * gives it, and leaves nothing on the engine.
 */
export interface Suite {
  /** A few words for `--help`. */
  readonly about: string;
  /** True writes the ratios of its comparisons as a chart too: `docs/images/bench-<name>.svg`. */
  readonly chart?: boolean;
  readonly measure: (bench: Bench) => Promise<Measured>;
}

/** The one engine of a run. */
export interface BenchEngine {
  /** `unix://…` */
  readonly socket: string;
  readonly docker: DockerCli;
  readonly version: string;
  /** What a process needs to reach this engine and no other. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What every suite of a run shares. */
export class Bench {
  #engine: Promise<BenchEngine> | undefined;

  constructor(
    readonly session: Session,
    /** How often a thing is done that takes a second or more; quick ones are done many times as often. */
    readonly rounds: number,
    /** An engine that runs already, for trying rows out; a private one when left out. */
    private readonly address?: string,
  ) {}

  readonly say = (line: string): void => this.session.say(line);

  /** Started when the first suite asks, with the base images of the built-in `base` template in it. */
  engine(): Promise<BenchEngine> {
    this.#engine ??= this.#start();
    return this.#engine;
  }

  /** A folder that goes with the run. */
  async folder(): Promise<string> {
    const root = await mkdtemp(join(tmpdir(), 'berth-bench-'));
    await this.session.keep({ dispose: () => rm(root, { recursive: true, force: true }) });
    return root;
  }

  async #start(): Promise<BenchEngine> {
    let socket = this.address;
    if (socket === undefined) {
      this.say('engine: the cached one');
      socket = (await this.session.keep(await startCachedEngine())).socket;
    }
    await ensureBaseImages(socket, { log: this.say, names: ['debian:bookworm-slim'] });
    const docker = dockerCli(socket);
    const version = (await docker(['version', '--format', '{{.Server.Version}}'])).stdout.trim();
    return { socket, docker, version, env: { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined } };
  }
}
