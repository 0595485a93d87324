import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, run, tail, withEnv } from './exec';
import type { Editor } from './editors';

export interface ServerOptions {
  /** Holds settings and state; a fresh folder that goes with the server when left out. */
  readonly userDataDir?: string;
  readonly extensionsDir?: string;
  /** False leaves workspace trust on, so that the folder opens in Restricted Mode without being asked about. */
  readonly trust: boolean;
  readonly port?: number;
  /** Laid over this process's environment; the extension host inherits it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** An extension to install before the start. */
  readonly vsix?: string;
  /** Flags of Node itself for the server's process. */
  readonly nodeFlags?: readonly string[];
}

export interface EditorServer {
  readonly editor: Editor;
  readonly port: number;
  readonly userDataDir: string;
  /** The page of a window on `folder`. `authority` names another remote than this server's own address. */
  url(folder: string, payload?: readonly (readonly [string, string])[], authority?: string): string;
  /** The last lines of what the server said. */
  log(lines?: number): string;
  dispose(): Promise<void>;
}

const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  // Each frame is drawn by the processor here, and a spinner alone asks for sixty a second.
  'workbench.reduceMotion': 'on',
  'security.workspace.trust.startupPrompt': 'never',
  'extensions.ignoreRecommendations': true,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'task.allowAutomaticTasks': 'on',
  // A page saves by itself a second after an edit, a desktop does not: what a test types would be in the file or not.
  'files.autoSave': 'off',
  'terminal.integrated.persistentSessionReviveProcess': 'never',
  // The editor's own git asks about each file that a test makes, and breaks the whole extension host's run where a repository
  // goes while it asks. Berth has nothing to do with it.
  'git.enabled': false,
};

function flags(data: string, extensions: string): string[] {
  const dirs = ['--server-data-dir', data, '--extensions-dir', extensions];
  return ['--accept-server-license-terms', '--telemetry-level', 'off', ...dirs];
}

/** Resolves with the port once the server says that it listens; rejects with its last words when it ends instead. */
function listening(child: ChildProcess, said: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const port = /agent listening on (\d+)/.exec(said())?.[1];
      if (port !== undefined) resolve(Number(port));
    };
    child.stdout?.on('data', look);
    child.once('error', reject);
    child.once('exit', (code) => reject(new HarnessError(`the editor server ended with code ${code}:\n${said()}`)));
  });
}

/** Ends a whole process group and waits until its leader is gone. */
export async function endGroup(child: ChildProcess, patience = 5000): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // The group is gone already.
    }
  };
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    signal('SIGTERM');
    const hurry = setTimeout(() => signal('SIGKILL'), patience);
    await gone;
    clearTimeout(hurry);
  }
  signal('SIGKILL');
}

/** Starts the editor as a server on 127.0.0.1, without a token, reachable from this machine alone. */
export async function startEditorServer(editor: Editor, options: ServerOptions): Promise<EditorServer> {
  const own = options.userDataDir === undefined;
  const data = options.userDataDir ?? (await mkdtemp(join(tmpdir(), 'berth-editor-')));
  const extensions = options.extensionsDir ?? join(data, 'extensions');
  const user = join(data, 'data', 'User');
  const scratch = join(data, 'tmp');
  for (const folder of [user, scratch]) await mkdir(folder, { recursive: true });
  await writeFile(join(user, 'settings.json'), JSON.stringify({ ...SETTINGS, ...options.settings }, null, 2));
  const main = join(editor.driven, 'out/server-main.js');
  // The editor leaves sockets in its temporary folder; this one goes with the server.
  const env = withEnv({ TMPDIR: scratch, XDG_RUNTIME_DIR: scratch, ...options.env, NODE_OPTIONS: undefined });
  if (options.vsix !== undefined) {
    await run(editor.node, [main, '--install-extension', options.vsix, '--force', ...flags(data, extensions)]);
  }
  const trust = options.trust ? ['--disable-workspace-trust'] : [];
  const where = ['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--without-connection-token'];
  const args = [
    ...(options.nodeFlags ?? []),
    main,
    ...where,
    ...flags(data, extensions),
    '--enable-smoke-test-driver',
    // A desktop compresses nothing between a window and its extension host, and on one machine it is work for nothing.
    '--disable-websocket-compression',
    ...trust,
  ];
  const child = spawn(editor.node, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-100_000)));
  }
  const dispose = async () => {
    await endGroup(child);
    if (own) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await listening(child, () => said);
    const authority = `127.0.0.1:${port}`;
    return {
      editor,
      port,
      userDataDir: data,
      url(folder, payload = [], of = authority) {
        const query = new URLSearchParams({ folder });
        if (payload.length > 0) query.set('payload', JSON.stringify(payload));
        return `http://${of}/?${query.toString()}`;
      },
      log: (lines = 30) => tail(said, lines),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
