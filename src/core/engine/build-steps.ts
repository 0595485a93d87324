import type { Progress } from '../log';

/** One numbered step of a build, as far as it has come. */
export interface BuildStep {
  readonly index: number;
  readonly total: number;
  /** The instruction, such as `RUN apt-get update`; with its stage before it where a build has several. */
  readonly name: string;
}

/** What a failed build is explained by. */
export interface BuildEnd {
  /** The engine's own words for the failure; undefined where it succeeded. */
  readonly error: string | undefined;
  readonly imageId: string | undefined;
  /** The step that failed, numbered or not (`load metadata for …`). */
  readonly failed: { readonly step: BuildStep | undefined; readonly name: string } | undefined;
  /** The failed step's last lines. */
  readonly lastLines: readonly string[];
}

/** Reads the engine's answer to a build, one JSON line at a time. */
export interface BuildReader {
  read(line: BuildLine): void;
  end(): BuildEnd;
}

/** One JSON line of the engine’s answer to a build, as either builder sends it. */
export interface BuildLine {
  readonly id?: string;
  readonly aux?: unknown;
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** How many last lines of a step are kept for an error. */
export const keptLines = 20;

/** Adds a line to a step's last ones. */
export function keep(lines: string[], line: string): void {
  if (line.trim() === '') return;
  lines.push(line);
  if (lines.length > keptLines) lines.shift();
}

/** Tells of a step's end. */
export function tell(
  progress: Progress,
  step: BuildStep,
  status: 'started' | 'done' | 'cached' | 'failed',
  ms?: number,
): void {
  progress({ kind: 'build_step', ...step, status, ...(ms === undefined ? {} : { ms: Math.round(ms) }) });
}

/** `[4/9] RUN x` and `[stage 2/3] COPY a b` as a step; undefined for BuildKit's unnumbered ones. */
export function numberedStep(name: string): BuildStep | undefined {
  const match = /^\[\s*(?:(.+?)\s+)?(\d+)\/(\d+)\]\s+(.*)$/s.exec(name);
  if (match === null) return undefined;
  const [, stage, index, total, instruction = ''] = match;
  const prefix = stage === undefined || /^stage-\d+$/.test(stage) ? '' : `${stage}: `;
  return { index: Number(index), total: Number(total), name: prefix + instruction };
}

/** The image's id out of an `aux` value. */
export function imageIdOf(aux: unknown): string | undefined {
  const id = typeof aux === 'object' && aux !== null && 'ID' in aux ? aux.ID : undefined;
  return typeof id === 'string' ? id : undefined;
}
