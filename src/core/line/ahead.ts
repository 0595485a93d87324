import type { Engine, ExecStream } from '../engine/types';
import type { Disposable } from '../lifetime';
import type { Answer } from './answer';
import { bootstrapExec } from './bootstrap';

/** Where the container itself has connected, or else what the engine has started. */
type Begun = { readonly answer: Answer } | { readonly shell: ExecStream } | null;

/**
 * Shells that are on their way before it is known what they get: most of what a connection takes is the start of a process in
 * the container. Each is for the next connection to its container, and does nothing where it is let go.
 */
export class ShellsAhead {
  readonly #shells = new Map<string, Promise<Begun>>();

  /**
   * Begins one: `called`, or where that is null what `start` starts.
   * @returns lets go of it, unless a connection has taken it by then
   */
  begin(containerId: string, called: Promise<Answer | null>, start: () => Promise<ExecStream>): Disposable {
    const ahead = called
      .then(async (answer): Promise<Begun> => (answer === null ? { shell: await start() } : { answer }))
      .catch(() => null);
    this.#shells.set(containerId, ahead);
    return {
      dispose: () => {
        if (this.#take(containerId, ahead)) void ahead.then(letGo);
      },
    };
  }

  /** The one that came by a call; null without one. */
  async called(containerId: string): Promise<Answer | null> {
    const ahead = this.#shells.get(containerId);
    const begun = (await ahead) ?? null;
    return ahead !== undefined && begun !== null && 'answer' in begun && this.#take(containerId, ahead)
      ? begun.answer
      : null;
  }

  /** The engine for who opens a tunnel: it takes the shell that was begun, and one of its own where that could not be started. */
  over<Part extends Pick<Engine, 'execStream'>>(engine: Part): Part {
    if (this.#shells.size === 0) return engine;
    return {
      ...engine,
      execStream: async (containerId, spec, signal) => {
        const ahead = spec === bootstrapExec ? this.#shells.get(containerId) : undefined;
        const begun = ahead !== undefined && this.#take(containerId, ahead) ? await ahead : null;
        if (begun === null) return engine.execStream(containerId, spec, signal);
        return 'answer' in begun ? begun.answer.asShell() : begun.shell;
      },
    };
  }

  /** Whether it was still there to be taken. */
  #take(containerId: string, ahead: Promise<Begun>): boolean {
    return this.#shells.get(containerId) === ahead && this.#shells.delete(containerId);
  }
}

function letGo(begun: Begun): void {
  if (begun === null) return;
  if ('answer' in begun) begun.answer.letGo();
  else begun.shell.stream.destroy();
}
