import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import type { Editor } from './editors';
import { HarnessError } from './exec';
import { prepareWindow, type WindowKind, type WorkbenchOptions } from './workbench';

/** What a mocha run inside an extension host came to; written by test/editor/windows/index.ts. */
export interface HostResults {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

export interface HostOptions extends Omit<WorkbenchOptions, 'payload'> {
  readonly extensionDir: string;
  /** The bundled module whose `run()` the editor awaits. */
  readonly testsEntry: string;
  /** Milliseconds for the whole run. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** The variable that tells the tests where to write their {@link HostResults}. */
export const RESULT_VARIABLE = 'BERTH_TEST_RESULT';

function deferred() {
  let resolve!: () => void;
  let reject!: (why: Error) => void;
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** One line of the console inside the editor; its colour and padding directives are filled in or dropped. */
function text(args: unknown): string {
  return format(...(Array.isArray(args) ? (args as unknown[]) : [args]));
}

async function results(path: string, why: () => string): Promise<HostResults> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as HostResults;
  } catch (error) {
    throw new HarnessError(`the extension host ended without results\n${why()}`, { cause: error });
  }
}

/**
 * Runs a mocha entry inside the extension host of a fresh editor. A window that never says how it ended, a page that
 * crashes, or an end without results is a failure that carries the server's last lines.
 */
export async function runInExtensionHost(editor: Editor, options: HostOptions, kind: WindowKind = {}) {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-host-'));
  const path = join(scratch, 'results.json');
  const env = { ...options.env, [RESULT_VARIABLE]: path };
  const payload = [['extensionTestsPath', options.testsEntry]] as const;
  // Nobody looks at it, so little has to be drawn.
  const size = { width: 640, height: 480 };
  const { server, page, url, dispose } = await prepareWindow(editor, { ...options, env, payload, size }, kind);
  const said: string[] = [];
  const why = () => [...said.slice(-20), server.log()].join('\n');
  try {
    const ending = deferred();
    // Attached to at once, so that an early rejection is never unhandled; awaited below.
    ending.promise.catch(() => undefined);
    const fail = (what: string) => ending.reject(new HarnessError(`${what}\n${why()}`));
    page.once('crash', () => fail('the editor’s page crashed'));
    page.once('close', () => fail('the editor’s page was closed'));
    await page.exposeFunction('codeAutomationExit', () => ending.resolve());
    await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown) => {
      said.push(text(args));
    });
    await page.goto(url);
    const limit = options.limit ?? 300_000;
    const late = setTimeout(() => fail(`no end of the tests within ${limit / 1000} s`), limit);
    const stopped = () => fail('the run was stopped');
    options.signal?.addEventListener('abort', stopped, { once: true });
    if (options.signal?.aborted === true) stopped();
    try {
      await ending.promise;
    } finally {
      clearTimeout(late);
      options.signal?.removeEventListener('abort', stopped);
    }
    return await results(path, why);
  } finally {
    await dispose();
    await rm(scratch, { recursive: true, force: true });
  }
}
