import { performance } from 'node:perf_hooks';
import type { Progress } from '../log';
import { upSteps } from '../model';
import type { UpStep } from '../model';
import type { UpResult } from './types';

/** Times the steps of one `up`, in whole milliseconds, and tells of them. A step that runs twice adds up. */
export class Stopwatch {
  readonly #began = performance.now();
  readonly #spent = new Map<UpStep, number>();

  constructor(private readonly progress: Progress) {}

  async step<T>(step: UpStep, message: string, work: () => Promise<T>): Promise<T> {
    this.progress({ kind: 'step', step, message });
    const began = performance.now();
    try {
      return await work();
    } finally {
      const ms = performance.now() - began;
      this.#spent.set(step, (this.#spent.get(step) ?? 0) + ms);
      this.progress({ kind: 'step_done', step, ms: Math.round(ms) });
    }
  }

  timings(): UpResult['timings'] {
    const steps = upSteps.map((step) => [step, Math.round(this.#spent.get(step) ?? 0)] as const);
    return {
      ...(Object.fromEntries(steps) as Record<UpStep, number>),
      total: Math.round(performance.now() - this.#began),
    };
  }
}
