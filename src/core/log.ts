import type { UpStep } from './model';

/** How much a line of the log matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the core writes what a person may want to read later. Never a secret's value. */
export interface Logger {
  log(level: LogLevel, message: string, detail?: unknown): void;
}

/** For who has nobody to tell. */
export const silentLogger: Logger = { log: () => undefined };

/**
 * What happens during a long action, for a face to render. All times in milliseconds.
 * `line`: one line of detail, without its line end, ANSI sequences still in it.
 */
export type ProgressEvent =
  | { readonly kind: 'step'; readonly step: UpStep; readonly message: string }
  | { readonly kind: 'step_done'; readonly step: UpStep; readonly ms: number }
  /** A step of an image build: `index` of `total`, counted from 1. `cached` and `ms` come with its end. */
  | {
      readonly kind: 'build_step';
      readonly index: number;
      readonly total: number;
      readonly name: string;
      readonly status: 'started' | 'done' | 'cached' | 'failed';
      readonly ms?: number;
    }
  /**
   * News of one layer of an image that is fetched or sent, with how far the whole has come. Sizes in bytes as they travel;
   * the total grows while layers that have not begun tell no size.
   */
  | {
      readonly kind: 'pull' | 'push';
      readonly image: string;
      readonly layer: string;
      readonly status: string;
      readonly current?: number;
      readonly total?: number;
      readonly layers: { readonly done: number; readonly total: number };
      readonly bytes: { readonly done: number; readonly total: number };
    }
  | {
      readonly kind: 'line';
      readonly source: 'build' | 'post_create';
      readonly text: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly kind: 'notice'; readonly message: string };

/** Takes what happens during a long action. */
export type Progress = (event: ProgressEvent) => void;

/** For who shows nothing. */
export const noProgress: Progress = () => undefined;

/** How far an image's transfer has come, in words: `3/7 layers, 41 of 120 MB`. */
export function transferText({ layers, bytes }: Extract<ProgressEvent, { kind: 'pull' | 'push' }>): string {
  const counted = `${layers.done}/${layers.total} layers`;
  if (bytes.total === 0) return counted;
  const [unit, size] =
    bytes.total < 1e6 ? (['kB', 1e3] as const) : bytes.total < 1e9 ? (['MB', 1e6] as const) : (['GB', 1e9] as const);
  const digits = size === 1e9 ? 1 : 0;
  return `${counted}, ${(bytes.done / size).toFixed(digits)} of ${(bytes.total / size).toFixed(digits)} ${unit}`;
}

/**
 * What a build step is called in few words: the phase that a template's step names itself by (`apt`, `run 2`), else the
 * instruction's first line, at most so many characters of it.
 */
export function buildStepName(name: string, most: number): string {
  const phase = /(?:^|\s|"): berth ([\w ]+?)(?=\s*(?:&&|\\|\n|$))/.exec(name)?.[1];
  const plain = phase ?? name.replace(/^\[[^\]]*\]\s*/, '').replace(/^RUN\s+(--\S+\s+)*/, '');
  const line = plain.split('\n')[0] ?? '';
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
