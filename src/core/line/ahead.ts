import type { Engine, ExecStream } from '../engine/types';
import type { Disposable } from '../lifetime';
import { bootstrapExec } from './bootstrap';

/**
 * Tunnels' shells that are on their way before it is known what they get: most of what a connection takes is the start of
 * a process in the container. Each is for the next tunnel to its container, and does nothing where it is let go.
 */
export class ShellsAhead {
  readonly #shells = new Map<string, Promise<ExecStream | null>>();

  /** Starts one. @returns lets go of it, unless a tunnel has taken it by then */
  begin(engine: Pick<Engine, 'execStream'>, containerId: string): Disposable {
    const shell = engine.execStream(containerId, bootstrapExec).catch(() => null);
    this.#shells.set(containerId, shell);
    return {
      dispose: () => {
        if (this.#shells.get(containerId) !== shell) return;
        this.#shells.delete(containerId);
        void shell.then((begun) => begun?.stream.destroy());
      },
    };
  }

  /** The engine for who opens a tunnel: it takes the shell that was begun, and one of its own where that could not be started. */
  over<Part extends Pick<Engine, 'execStream'>>(engine: Part): Part {
    if (this.#shells.size === 0) return engine;
    return {
      ...engine,
      execStream: async (containerId, spec, signal) => {
        const begun = spec === bootstrapExec ? ((await this.#take(containerId)) ?? null) : null;
        return begun ?? engine.execStream(containerId, spec, signal);
      },
    };
  }

  #take(containerId: string): Promise<ExecStream | null> | undefined {
    const shell = this.#shells.get(containerId);
    this.#shells.delete(containerId);
    return shell;
  }
}
