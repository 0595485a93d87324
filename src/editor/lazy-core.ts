import type { Core, CoreOptions } from '../core/index';
import type { Disposable } from '../core/lifetime';

/** The core, made when it is first asked for: activation itself evaluates none of its code. */
export class LazyCore implements Disposable {
  #core: Core | undefined;
  #making: Promise<Core> | undefined;
  #disposed = false;

  constructor(private readonly options: CoreOptions) {}

  /** The core if it was made already. */
  get made(): Core | undefined {
    return this.#core;
  }

  get(): Promise<Core> {
    this.#making ??= import('../core/create').then(({ createCore }) => {
      const core = createCore(this.options);
      if (this.#disposed) core.dispose();
      else this.#core = core;
      return core;
    });
    return this.#making;
  }

  dispose(): void {
    this.#disposed = true;
    this.#core?.dispose();
    this.#core = undefined;
  }
}
