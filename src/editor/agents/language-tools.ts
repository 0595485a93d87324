import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { CallContext, Calls } from '../../core/tools/calls';
import type { Person } from '../../core/tools/permission';
import type { Session } from '../session';
import { isLocalFolder } from '../window/window-project';
import { ApprovedCalls } from './approved-calls';

/** The part of a manifest that says which tools there are; see core/tools/manifest.ts. */
interface Declared {
  readonly contributes?: { readonly languageModelTools?: readonly { readonly name: string }[] };
}

/**
 * The table's tools as the editor's own language-model tools: what an agent of the editor calls needs no server. The
 * editor puts the questions that the user's rules ask. None of the table's code is evaluated before a tool is first used.
 */
export class LanguageTools implements vscode.Disposable {
  readonly #registered: vscode.Disposable;
  readonly #approved = new ApprovedCalls();
  #calls: Promise<Calls> | undefined;

  constructor(
    private readonly session: Session,
    { packageJSON }: Pick<vscode.Extension<unknown>, 'packageJSON'>,
  ) {
    const { lm } = vscode as { readonly lm?: Partial<typeof vscode.lm> };
    const register = lm?.registerTool;
    const { contributes } = packageJSON as Declared;
    const declared = register === undefined ? [] : (contributes?.languageModelTools ?? []);
    this.#registered = vscode.Disposable.from(
      ...declared.flatMap(({ name }) => register?.(name, this.tool(name)) ?? []),
    );
  }

  /** One tool as the editor calls it, by its name in the manifest. */
  tool(declared: string): vscode.LanguageModelTool<object> {
    const name = declared.replace(/^berth_/, '');
    return {
      prepareInvocation: async ({ input }, token) => {
        // What may not be asked for is refused at the call, in words for the model.
        if (!vscode.workspace.isTrusted) return {};
        const { signal, end } = abortedBy(token);
        try {
          const person: Person = { reachable: true, answer: () => null, allowed: new Set() };
          const question = await (await this.#made()).question(name, input, { signal, person });
          if (question === null) return {};
          this.#approved.asked(question.key);
          const message = new vscode.MarkdownString().appendText(question.text);
          return { confirmationMessages: { title: `Berth: allow ${name}?`, message } };
        } finally {
          end();
        }
      },
      invoke: async ({ input }, token) => {
        if (!vscode.workspace.isTrusted) throw new Error(untrusted().message);
        const { signal, end } = abortedBy(token);
        try {
          return await this.#invoke(name, input, signal);
        } finally {
          end();
        }
      },
    };
  }

  async #invoke(name: string, input: object, signal: AbortSignal): Promise<vscode.LanguageModelToolResult> {
    const calls = await this.#made();
    const context: CallContext = {
      client: { name: vscode.env.appName, version: vscode.version },
      signal,
      tell: () => undefined,
      // The editor calls only what was answered with a yes.
      person: {
        reachable: true,
        answer: (key) => (this.#approved.taken(key) ? 'once' : null),
        allowed: new Set(),
      },
    };
    const outcome = await calls.call(name, input, context);
    if ('key' in outcome) throw new Error(`${outcome.text} The user has not been asked. Call it again.`);
    if (!outcome.ok) {
      if (outcome.failure.code === 'cancelled') throw new vscode.CancellationError();
      const { code, message, hint } = outcome.failure;
      throw new Error(`${message} ${hint} (${code})`);
    }
    return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(outcome.value))]);
  }

  #made(): Promise<Calls> {
    this.#calls ??= this.#make().catch((error: unknown) => {
      this.#calls = undefined; // A failure must not be remembered.
      throw error;
    });
    return this.#calls;
  }

  async #make(): Promise<Calls> {
    const [core, { createCalls }] = await Promise.all([this.session.core(), import('../../core/tools/calls')]);
    // Whoever trusts a folder lets its container be made.
    return createCalls(core, () =>
      Promise.all(this.session.window.folders.filter(isLocalFolder).map(({ path }) => realpath(path))),
    );
  }

  dispose(): void {
    this.#registered.dispose();
  }
}

function untrusted(): BerthError {
  return new BerthError('workspace_untrusted', 'This workspace is not trusted, so nothing is built or run for it.');
}

function abortedBy(token: vscode.CancellationToken): { readonly signal: AbortSignal; readonly end: () => void } {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  const listening = token.onCancellationRequested(() => abort.abort());
  return { signal: abort.signal, end: () => void listening.dispose() };
}
