import { Emitter } from '../../core/lifetime';
import type { Disposable } from '../../core/lifetime';
import type { GitAccess } from '../../core/git/types';

/** What git in each project's container asks for and was granted: what rows and commands read. */
export class GitBook implements Disposable {
  readonly #known = new Map<string, GitAccess>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of(project: string): GitAccess | null {
    return this.#known.get(project) ?? null;
  }

  /** Null where its template asks for nothing. */
  set(project: string, access: GitAccess | null): void {
    if (JSON.stringify(this.of(project)) === JSON.stringify(access)) return;
    if (access === null) this.#known.delete(project);
    else this.#known.set(project, access);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
