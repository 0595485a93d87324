import type { UpStep } from './model';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the core writes what a person may want to read later. Never a secret's value. */
export interface Logger {
  log(level: LogLevel, message: string, detail?: unknown): void;
}

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
  | {
      readonly kind: 'pull';
      readonly layer: string;
      readonly status: string;
      readonly current?: number;
      readonly total?: number;
    }
  | {
      readonly kind: 'line';
      readonly source: 'build' | 'post_create';
      readonly text: string;
      readonly stream: 'stdout' | 'stderr';
    }
  | { readonly kind: 'notice'; readonly message: string };

export type Progress = (event: ProgressEvent) => void;

export const noProgress: Progress = () => undefined;
