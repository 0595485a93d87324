import type { Progress } from '../log';
import { imageIdOf, keep, tell, type BuildEnd, type BuildLine, type BuildReader, type BuildStep } from './build-steps';
import { LineDecoder } from './lines';

// Docker writes `Step 4/9 : RUN x`, Podman `STEP 4/9: RUN x`.
const stepLine = /^step (\d+)\/(\d+)\s*:\s*(.*)/i;
// An intermediate container or image, or the last line: the builder's own words, not the step's.
const ownLine = /^( ---> |--> |COMMIT |Removing intermediate container|Successfully (built|tagged) )/;
const painting = /^\u001b\[91m(.*?)(?:\u001b\[0m)?$/s;

/** The classic builder's text as the same steps and lines. One step runs at a time. */
export class ClassicReader implements BuildReader {
  #step: BuildStep | undefined;
  #cached = false;
  #since = 0;
  #lines: string[] = [];
  #error: string | undefined;
  #imageId: string | undefined;
  /** One for each stream of a step: what it writes to one may begin in the middle of a line of the other. */
  readonly #stdout = new LineDecoder((line) => this.#line(line, 'stdout'));
  readonly #stderr = new LineDecoder((line) => this.#line(line, 'stderr'));

  constructor(
    private readonly progress: Progress,
    private readonly now: () => number = Date.now,
  ) {}

  read(line: BuildLine): void {
    const error = line.errorDetail?.message ?? line.error;
    if (error !== undefined) this.#error = error;
    this.#imageId = imageIdOf(line.aux) ?? this.#imageId;
    if (line.stream === undefined) return;
    // The builder paints what a step writes to stderr, each piece with its own paint around it.
    const painted = painting.exec(line.stream)?.[1];
    if (painted === undefined && (stepLine.test(line.stream) || ownLine.test(line.stream))) this.#flush();
    const decoder = painted === undefined ? this.#stdout : this.#stderr;
    decoder.push(Buffer.from(painted ?? line.stream));
  }

  end(): BuildEnd {
    this.#flush();
    const failed = this.#error === undefined ? undefined : { step: this.#step, name: this.#step?.name ?? '' };
    if (failed === undefined) this.#finish();
    else this.#finish('failed');
    return { error: this.#error, imageId: this.#imageId, failed, lastLines: this.#lines };
  }

  /** Hands on lines that a step left without an end. */
  #flush(): void {
    this.#stdout.end();
    this.#stderr.end();
  }

  #line(line: string, stream: 'stdout' | 'stderr'): void {
    const [, index, total, name = ''] = stepLine.exec(line) ?? [];
    if (index !== undefined) {
      this.#begin({ index: Number(index), total: Number(total), name });
      return;
    }
    if (/^( ---> Using cache|--> Using cache)/.test(line)) this.#cached = true;
    const built = /^Successfully built ([0-9a-f]+)$/.exec(line)?.[1];
    if (built !== undefined) this.#imageId ??= built;
    if (ownLine.test(line) || line === '') return;
    keep(this.#lines, line);
    this.progress({ kind: 'line', source: 'build', text: line, stream });
  }

  #begin(step: BuildStep): void {
    this.#finish();
    this.#step = step;
    this.#cached = false;
    this.#since = this.now();
    this.#lines = [];
    tell(this.progress, step, 'started');
  }

  #finish(status?: 'failed'): void {
    if (this.#step === undefined) return;
    tell(this.progress, this.#step, status ?? (this.#cached ? 'cached' : 'done'), this.now() - this.#since);
    this.#step = undefined;
  }
}
