import type { Progress } from '../log';
import {
  imageIdOf,
  keep,
  numberedStep,
  tell,
  type BuildEnd,
  type BuildLine,
  type BuildReader,
  type BuildStep,
} from './build-steps';
import { decodeTrace, type Vertex, type VertexLog } from './build-trace';
import { LineDecoder } from './lines';

interface Known {
  readonly name: string;
  readonly step: BuildStep | undefined;
  started: boolean;
  ended: boolean;
  failed: boolean;
  readonly lines: string[];
  readonly decoders: Map<number, LineDecoder>;
}

/** BuildKit's trace as steps and lines. A vertex is told of again at each change; each change is told on once. */
export class BuildKitReader implements BuildReader {
  readonly #known = new Map<string, Known>();
  #error: string | undefined;
  #imageId: string | undefined;

  constructor(private readonly progress: Progress) {}

  read(line: BuildLine): void {
    const error = line.errorDetail?.message ?? line.error;
    if (error !== undefined) this.#error = error;
    if (line.id === 'moby.image.id') this.#imageId = imageIdOf(line.aux) ?? this.#imageId;
    if (line.id !== 'moby.buildkit.trace' || typeof line.aux !== 'string') return;
    const trace = decodeTrace(Buffer.from(line.aux, 'base64'));
    const ends = trace.vertexes.filter((vertex) => !this.#begin(vertex));
    for (const log of trace.logs) this.#log(log);
    // A step's last lines may come in the same message as its end, and belong before it.
    for (const vertex of ends) this.#end(vertex);
  }

  end(): BuildEnd {
    const failed = [...this.#known.values()].find((known) => known.failed);
    for (const known of this.#known.values()) flush(known);
    return {
      error: this.#error,
      imageId: this.#imageId,
      failed: failed === undefined ? undefined : { step: failed.step, name: failed.name },
      lastLines: failed?.lines ?? [],
    };
  }

  /** @returns false when there may be an end to tell of */
  #begin(vertex: Vertex): boolean {
    let known = this.#known.get(vertex.digest);
    if (known === undefined) {
      const step = numberedStep(vertex.name);
      known = { name: vertex.name, step, started: false, ended: false, failed: false, lines: [], decoders: new Map() };
      this.#known.set(vertex.digest, known);
    }
    if (vertex.started !== undefined && !known.started && !vertex.cached) {
      known.started = true;
      if (known.step !== undefined) tell(this.progress, known.step, 'started');
    }
    return vertex.completed === undefined;
  }

  #end(vertex: Vertex): void {
    const known = this.#known.get(vertex.digest);
    if (known === undefined || known.ended) return;
    known.ended = true;
    flush(known);
    const stopped = /context canceled|context cancelled/.test(vertex.error);
    known.failed = vertex.error !== '' && !stopped;
    if (known.step === undefined || stopped) return;
    const ms = (vertex.completed ?? 0) - (vertex.started ?? vertex.completed ?? 0);
    tell(this.progress, known.step, known.failed ? 'failed' : vertex.cached ? 'cached' : 'done', Math.max(0, ms));
  }

  #log(log: VertexLog): void {
    const known = this.#known.get(log.vertex);
    if (known === undefined) return;
    let decoder = known.decoders.get(log.stream);
    if (decoder === undefined) {
      const stream = log.stream === 2 ? 'stderr' : 'stdout';
      decoder = new LineDecoder((text) => {
        keep(known.lines, text);
        this.progress({ kind: 'line', source: 'build', text, stream });
      });
      known.decoders.set(log.stream, decoder);
    }
    decoder.push(log.data);
  }
}

function flush(known: Known): void {
  for (const decoder of known.decoders.values()) decoder.end();
  known.decoders.clear();
}
