import { text } from 'node:stream/consumers';
import type { CommandRunner } from '../command';
import type { ServerRelease } from './release';
import { completeMark, serversFolder } from './volume';

/**
 * What there was to do in a container's home. `absent`: the volume does not have it yet. `without`: the container was made
 * without the volume. `other`: it runs on another kind of processor or C library than what the volume is filled for.
 */
export type Placed = 'there' | 'placed' | 'absent' | 'without' | 'other';

/**
 * Arguments: the server's folder, the commit, the name in the newer layout or nothing, the processor. A copy rather than a
 * link: the editor keeps locks in the folder, and a home outlives containers and what the volume has. It gets its name only
 * when it is whole.
 */
const script = [
  'set -e',
  'cd',
  `from=${serversFolder}/$1/$2; bin=$1/bin/$2; cli=$1/cli/servers/$3`,
  `if [ -e "$bin/${completeMark}" ]; then ours=1; else ours=; fi`,
  'if [ -z "$ours" ]; then',
  '  if [ -e "$bin" ] || { [ -n "$3" ] && [ -e "$cli" ]; }; then echo there; exit; fi',
  `  if [ ! -d ${serversFolder} ]; then echo without; exit; fi`,
  '  case "$4:$(uname -m)" in x64:x86_64|arm64:aarch64|armhf:armv7l) ;; *) echo other; exit;; esac',
  '  for libc in /lib/ld-musl-*; do if [ -e "$libc" ]; then echo other; exit; fi; done',
  `  if [ ! -e "$from/${completeMark}" ]; then echo absent; exit; fi`,
  '  mkdir -p "$1/bin"',
  // What was cut short a while ago.
  '  find "$1/bin" -maxdepth 1 -name ".berth-*" -mmin +30 -exec rm -rf {} + 2>/dev/null || true',
  '  stage=$1/bin/.berth-$2.$$',
  '  trap \'rm -rf "$stage"\' EXIT',
  '  trap "exit 1" HUP INT TERM',
  '  cp -RP "$from" "$stage"',
  '  if [ -e "$bin" ]; then echo there; exit; fi',
  '  mv -T "$stage" "$bin"',
  'fi',
  'if [ -n "$3" ] && [ ! -e "$cli" ] && [ ! -L "$cli" ]; then',
  '  mkdir -p "$1/cli/servers"',
  '  stage=$1/cli/servers/.berth-$2.$$',
  '  mkdir "$stage"',
  '  ln -s "../../../bin/$2" "$stage/server"',
  '  mv -T "$stage" "$cli"',
  'fi',
  'if [ -n "$ours" ]; then echo there; else echo placed; fi',
].join('\n');

const answers: readonly Placed[] = ['there', 'placed', 'absent', 'without', 'other'];

/** Gives the container's user the server from the volume, where there is none. @throws Error where the copy fails */
export async function placeServer(
  runner: CommandRunner,
  { folder, commit, cliName }: ServerRelease,
  arch: string,
  signal: AbortSignal,
): Promise<Placed> {
  const argv = ['/bin/sh', '-c', script, 'berth', folder, commit, cliName ?? '', arch];
  const running = await runner.run({ argv, own: true }, signal);
  const [told, wrong] = await Promise.all([text(running.stdout), text(running.stderr)]);
  const answer = answers.find((one) => one === told.trim());
  if (answer !== undefined) return answer;
  signal.throwIfAborted();
  throw new Error(`the server could not be copied into the home: ${wrong.trim() || told.trim()}`);
}
