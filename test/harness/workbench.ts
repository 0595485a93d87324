import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser';
import type { Editor } from './editors';
import { HarnessError } from './exec';
import { startEditorServer, type EditorServer, type ServerOptions } from './server';

export interface WorkbenchOptions extends Omit<ServerOptions, 'nodeFlags'> {
  readonly folder: string;
  /** Loads the extension from its source folder, as `--extensionDevelopmentPath` does. */
  readonly extensionDir?: string;
  /** Further `[key, value]` pairs of the window's payload. */
  readonly payload?: readonly (readonly [string, string])[];
  /** Where {@link Workbench.screenshot} saves. */
  readonly shots?: string;
  readonly size?: { readonly width: number; readonly height: number };
  /** Milliseconds a click or wait may take. */
  readonly timeout?: number;
}

/** A window of the editor, in a page. */
export interface Workbench {
  readonly page: Page;
  readonly server: EditorServer;
  /** Saves what the window shows as `<name>.png`; gives the path. */
  screenshot(name: string): Promise<string>;
  dispose(): Promise<void>;
}

/** What a window is, beside its options: with an alias, its remote is `ssh-remote+<alias>`. */
export interface WindowKind {
  readonly alias?: string;
}

/** What lets the extension see the folder as it would from the near side of Remote-SSH. */
function nearSide(options: WorkbenchOptions) {
  const env = { ...options.env, BERTH_TEST_REMOTE_FOLDER: options.folder };
  return { env, nodeFlags: ['--import', pathToFileURL(join(__dirname, 'remote-folder.mjs')).href] };
}

/** The part of the editor's smoke-test driver that is used here. */
interface Driver {
  whenWorkbenchRestored(): Promise<void>;
}

async function openPage(browser: Browser, options: WorkbenchOptions): Promise<Page> {
  const context = await browser.newContext({ viewport: options.size ?? { width: 1280, height: 800 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  page.setDefaultTimeout(options.timeout ?? 30_000);
  return page;
}

/**
 * The authority of a window whose remote is `ssh-remote+<alias>`, and the browser's flags that make the name lead to
 * this server. The page lies at that very address, as the web client takes its remote from there.
 */
function remoteName(alias: string, port: number) {
  const authority = `ssh-remote+${alias}`;
  const flags = [
    `--host-resolver-rules=MAP ${authority} 127.0.0.1:${port}`,
    `--unsafely-treat-insecure-origin-as-secure=http://${authority}`,
  ];
  return { authority, flags };
}

/** Starts a server and a browser with a window that is not loaded yet: what waits for events of the load hooks in here. */
export async function prepareWindow(editor: Editor, options: WorkbenchOptions, kind: WindowKind = {}) {
  const server = await startEditorServer(editor, {
    ...options,
    ...(kind.alias === undefined ? {} : nearSide(options)),
  });
  let browser: Browser | undefined;
  const dispose = async () => {
    await browser?.close();
    await server.dispose();
  };
  try {
    const remote = kind.alias === undefined ? undefined : remoteName(kind.alias, server.port);
    const authority = remote?.authority ?? `127.0.0.1:${server.port}`;
    browser = await launchBrowser(remote?.flags, remote === undefined ? 'light' : 'whole');
    const page = await openPage(browser, options);
    const inRemote = (path: string) => `vscode-remote://${authority}${path}`;
    const payload: [string, string][] = [['skipWelcome', 'true']];
    if (options.extensionDir !== undefined) payload.push(['extensionDevelopmentPath', inRemote(options.extensionDir)]);
    const more = (options.payload ?? []).map(
      ([key, path]) => [key, path.startsWith('/') ? inRemote(path) : path] as const,
    );
    const url = server.url(options.folder, [...payload, ...more], authority);
    return { server, browser, page, url, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Opens a window and resolves once the editor has restored it. */
export async function openWindow(editor: Editor, options: WorkbenchOptions, kind: WindowKind): Promise<Workbench> {
  const { server, page, url, dispose } = await prepareWindow(editor, options, kind);
  try {
    await page.goto(url);
    await page.waitForFunction(() => 'driver' in globalThis);
    await page.evaluate(() => (globalThis as unknown as { driver: Driver }).driver.whenWorkbenchRestored());
    await page.locator('.statusbar-item').first().waitFor();
  } catch (error) {
    const said = server.log();
    await dispose();
    throw new HarnessError(`the editor's window did not come up: ${String(error)}\n${said}`, { cause: error });
  }
  return {
    page,
    server,
    async screenshot(name) {
      const folder = options.shots ?? join(server.userDataDir, 'shots');
      await mkdir(folder, { recursive: true });
      const path = join(folder, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    dispose,
  };
}

/** A window of the editor on a folder, with Berth from its source folder or an installed package. */
export function openWorkbench(editor: Editor, options: WorkbenchOptions): Promise<Workbench> {
  return openWindow(editor, options, {});
}

/**
 * A window whose remote is `ssh-remote+<alias>`, as Remote-SSH's own would be: `vscode.env.remoteName` is `ssh-remote`
 * and the workspace folder is `vscode-remote://ssh-remote+<alias>/…`, though it lies on this machine.
 */
export function openRemoteWindow(editor: Editor, alias: string, options: WorkbenchOptions): Promise<Workbench> {
  return openWindow(editor, options, { alias });
}
