import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { shellQuote } from '../quote';
import { installedCopy } from './installed-copy';

/** What the launcher starts. */
export interface LauncherSource {
  /** The entry of this version's bundled command line; the scripts beside it are what it loads when it needs them. */
  readonly cliFile: string;
  readonly version: string;
  /** The built-in templates; they lie beside the copy, so that it can do all that the original does. */
  readonly templatesDir: string;
  /** A program that is Node when ELECTRON_RUN_AS_NODE=1 is set: the editor's `process.execPath`. */
  readonly editorBinary?: string;
}

/**
 * Puts `<home>/bin/berth` in place, with a copy of the command line beside it in `<home>/lib`: editor binaries and extension
 * folders move at every update, and SSH configs name this path. Two reads and a look when up to date.
 * @throws BerthError `ssh_config_failed`
 */
export async function installLauncher(
  home: Pick<BerthHome, 'launcher' | 'libDir'>,
  source: LauncherSource,
): Promise<void> {
  try {
    if (!/^[\w.+-]+$/.test(source.version)) throw new Error(`"${source.version}" is not a version`);
    const cli = await installedCopy(home.libDir, source);
    const former = await readFile(home.launcher, 'utf8').catch(() => null);
    // The command line itself knows no editor: it leaves the one that an extension has put there.
    const editor = source.editorBinary ?? (former === null ? undefined : editorIn(former));
    const text = process.platform === 'win32' ? windowsLauncher(cli, editor) : posixLauncher(cli, editor);
    if (text === former) return;
    await mkdir(dirname(home.launcher), { recursive: true, mode: 0o700 });
    await writeFileAtomic(home.launcher, text, { mode: 0o755 });
  } catch (error) {
    throw new BerthError('ssh_config_failed', `The launcher ${home.launcher} could not be written.`, {
      cause: error,
      hint: 'Look whether the folder is writable and the installation is complete.',
    });
  }
}

const editorMark = '# editor: ';

function editorIn(launcher: string): string | undefined {
  const line = launcher.split(/\r?\n/).find((one) => one.includes(editorMark));
  return line?.slice(line.indexOf(editorMark) + editorMark.length);
}

/** The launcher for a POSIX shell. Pure. */
export function posixLauncher(cli: string, editor: string | undefined): string {
  const lines = [
    '#!/bin/sh',
    '# Written by Berth at each activation. Starts its command line by whatever Node there is.',
  ];
  if (editor !== undefined) lines.push(`${editorMark}${editor.replace(/[\r\n]/g, ' ')}`);
  // An editor's terminal may set these for its debugger, which has no business here.
  lines.push('unset NODE_OPTIONS VSCODE_INSPECTOR_OPTIONS', `cli=${shellQuote(cli)}`);
  if (editor !== undefined) {
    lines.push(`editor=${shellQuote(editor)}`, '[ -x "$editor" ] && ELECTRON_RUN_AS_NODE=1 exec "$editor" "$cli" "$@"');
  }
  lines.push(
    // By no substitution, which would be one more process.
    'command -v node >/dev/null && exec node "$cli" "$@"',
    'for node in /usr/local/bin/node /usr/bin/node /opt/homebrew/bin/node "$HOME"/.volta/bin/node \\',
    '  "$HOME"/.local/share/mise/shims/node "$HOME"/.asdf/shims/node "$HOME"/.nvm/versions/node/*/bin/node \\',
    '  "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node; do',
    '  [ -x "$node" ] && exec "$node" "$cli" "$@"',
    'done',
    'echo "berth: no Node found. Open the editor once, or install Node 20 or later." >&2',
    'exit 255',
    '',
  );
  return lines.join('\n');
}

/** The launcher for Windows' command processor. Pure. */
export function windowsLauncher(cli: string, editor: string | undefined): string {
  const word = (path: string): string => `"${path.replaceAll('%', '%%')}"`;
  const lines = ['@echo off', 'rem Written by Berth at each activation.', 'setlocal', 'set NODE_OPTIONS='];
  if (editor !== undefined) {
    lines.push(
      `rem ${editorMark}${editor}`,
      `if not exist ${word(editor)} goto node`,
      'set ELECTRON_RUN_AS_NODE=1',
      `${word(editor)} ${word(cli)} %*`,
      'exit /b %errorlevel%',
      ':node',
    );
  }
  lines.push(`node ${word(cli)} %*`, 'exit /b %errorlevel%', '');
  return lines.join('\r\n');
}
