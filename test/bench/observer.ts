import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { bundleProgram } from '../harness/program';
import type { Loaded, Question, Usage } from './core-process';

/** A process of its own with nothing in it but the core: what it uses is what the core costs, whoever plays the engine. */
export class Observer {
  private constructor(private readonly child: ChildProcess) {}

  /** @param root where its program is put: bundled and minified, as it is shipped */
  static start(root: string): Observer {
    const entryPoints = [join(__dirname, 'core-process.ts')];
    const program = bundleProgram(join(root, 'core-process.js'), { entryPoints, minify: true });
    return new Observer(fork(program, { execArgv: ['--expose-gc'] }));
  }

  load(engines: readonly { readonly address: string; readonly home: string }[]): Promise<Loaded> {
    return this.#ask({ ask: 'load', engines }) as Promise<Loaded>;
  }

  async watch(): Promise<void> {
    await this.#ask({ ask: 'watch' });
  }

  usage({ holds } = { holds: false }): Promise<Usage> {
    return this.#ask({ ask: 'usage', holds }) as Promise<Usage>;
  }

  /** Bytes in use after a collection. */
  heap(): Promise<number> {
    return this.#ask({ ask: 'heap' }) as Promise<number>;
  }

  async dispose(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }

  /** One question at a time. */
  async #ask(question: Question): Promise<unknown> {
    const over = new AbortController();
    const { signal } = over;
    const answered = once(this.child, 'message', { signal });
    const ended = once(this.child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the core ended: ${String(code)}`);
    });
    // Whichever does not come is let go of.
    for (const waiting of [answered, ended]) waiting.catch(() => undefined);
    this.child.send(question);
    const [answer] = (await Promise.race([answered, ended])) as [{ told?: unknown; failed?: string }];
    over.abort();
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer.told;
  }
}
