import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { CommandRunner } from '../command';
import { isCancelled, messageOf } from '../errors';
import type { Dotfiles } from './dotfiles-wish';

/** What is copied in from this machine in place of a clone. Pure. */
export function isFolder(repository: string): boolean {
  return /^(\/|~\/|[A-Za-z]:[\\/])/.test(repository);
}

/** What git is given, or null for what it could take for anything but a repository. Pure. */
export function cloneUrl(repository: string): string | null {
  if (/^[\w.-]+\/[\w.-]+$/.test(repository) && !repository.startsWith('-'))
    return `https://github.com/${repository}.git`;
  // git runs a program for `ext::`, and reads an option where a dash begins.
  return /^(https?|ssh|git):\/\/[^\s]+$/.test(repository) || /^[\w.-]+@[\w.-]+:[^\s]+$/.test(repository)
    ? repository
    : null;
}

/** How long all of it may take, in milliseconds: a clone, and an installation. */
const patienceMs = 180_000;

/**
 * For /bin/sh as the user: `$1` the repository as it was named, `$2` what to clone, or nothing where a folder comes as an
 * archive on stdin, `$3` where to, `$4` what to run. Once for each home and repository; says `done already` then.
 */
const script = `set -u
mark=$HOME/.local/state/berth/dotfiles
[ "$(cat "$mark" 2>/dev/null)" != "$1" ] || exit 77
case $3 in '~/'*) target=$HOME/\${3#'~/'} ;; /*) target=$3 ;; *) target=$HOME/$3 ;; esac
if [ -n "$2" ]; then
  [ -d "$target/.git" ] || GIT_TERMINAL_PROMPT=0 git clone --depth 1 --recurse-submodules -- "$2" "$target" || exit
else
  mkdir -p "$target" && tar -xf - -C "$target" || exit
fi
cd "$target" || exit
if [ -n "$4" ]; then
  /bin/sh -c "$4" || exit
else
  found=
  for one in install.sh install bootstrap.sh bootstrap script/bootstrap setup.sh setup script/setup; do
    [ -z "$found" ] && [ -f "$one" ] && found=$one
  done
  if [ -n "$found" ]; then
    if [ -x "$found" ]; then "./$found"; else /bin/sh "$found"; fi || exit
  else
    for one in .[!.]*; do
      case $one in .git | .github | .gitignore | .gitmodules | '.[!.]*') continue ;; esac
      [ -e "$HOME/$one" ] || [ -L "$HOME/$one" ] || ln -s "$target/$one" "$HOME/$one"
    done
  fi
fi
mkdir -p "\${mark%/*}" && printf '%s\\n' "$1" >"$mark"`;

/** What the script ends with where this home has them already. */
const doneAlready = 77;

export interface DotfilesParts {
  readonly runner: CommandRunner;
  /** An archive of a folder of this machine. */
  readonly pack: (folder: string) => NodeJS.ReadableStream;
  /** Told one sentence where it failed. */
  readonly notice: (sentence: string) => void;
  /** Gets what the clone and the installation say. */
  readonly line: (text: string) => void;
}

/**
 * Brings a person's dotfiles into a container's home, once for each home. What goes wrong is a notice: nothing that the
 * container needs depends on them. Throws for a cancel alone.
 */
export async function bringDotfiles(wish: Dotfiles, parts: DotfilesParts, signal?: AbortSignal): Promise<void> {
  const { repository, installCommand = '', targetPath = '~/dotfiles' } = wish;
  const local = isFolder(repository);
  const url = local ? '' : cloneUrl(repository);
  if (url === null) {
    parts.notice(`The dotfiles were not brought in: "${repository}" is no address of a repository.`);
    return;
  }
  try {
    const argv = ['/bin/sh', '-c', script, 'dotfiles', repository, url, targetPath, installCommand];
    const command = await parts.runner.run({ argv, cwd: '/', stdin: local, timeoutMs: patienceMs }, signal);
    let unpacked: Error | undefined;
    let archive: NodeJS.ReadableStream | undefined;
    if (local && command.stdin !== undefined) {
      archive = parts.pack(repository).on('error', (error: Error) => {
        // What waits for the rest of it would wait for ever.
        unpacked = error;
        void command.cancel();
      });
      archive.pipe(command.stdin.on('error', () => undefined));
    }
    let last = '';
    for (const input of [command.stdout, command.stderr]) {
      createInterface({ input, crlfDelay: Infinity }).on('line', (text) => {
        if (text.trim() !== '') last = text.trim();
        parts.line(text);
      });
    }
    const { code, timedOut } = await command.exit.finally(() => {
      // Where all was done already, nobody has read it.
      if (archive instanceof Readable) archive.destroy();
    });
    signal?.throwIfAborted();
    if (unpacked !== undefined) throw unpacked;
    if (code === 0 || code === doneAlready) return;
    const why = timedOut
      ? `it took longer than ${patienceMs / 60_000} minutes`
      : last === ''
        ? `exit code ${code}`
        : last;
    parts.notice(`The dotfiles were not brought in: ${why}. The next \`berth up\` tries again.`);
  } catch (error) {
    if (isCancelled(error)) throw error;
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const why = gone ? `there is no folder ${repository} on this machine.` : messageOf(error);
    parts.notice(`The dotfiles were not brought in: ${why}`);
  }
}
