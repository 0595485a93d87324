import type { GitWish } from '../model';
import { shellQuote } from '../quote';
import type { GitIdentity } from './identity';

/** Where in a container the sockets lie behind which Berth answers git. */
export function socketFolder(owner: string): string {
  if (!/^[0-9a-f]+$/.test(owner)) throw new RangeError('Not an owner id');
  return `/run/berth/${owner}-git`;
}

export interface GitFacts {
  readonly wish: GitWish;
  readonly identity: GitIdentity;
  /** The project's name, for what a person is told to run. */
  readonly project: string;
  /** See {@link socketFolder}. */
  readonly sockets: string;
  /** Seconds that one answer may take; more than this machine's own limit for it. */
  readonly patience?: number;
}

type Environment = Readonly<Record<string, string>>;

/**
 * The variables by which git in a session works as its template wishes. Git takes settings from `GIT_CONFIG_COUNT` and its
 * like, so that no file of the user's is written; settings that the container's own environment brings so stay in
 * front. Pure.
 */
export function gitEnvironment(
  container: Environment,
  { wish, identity, project, sockets, patience = 15 }: GitFacts,
): Environment {
  const settings: [string, string][] = [];
  if (wish.identity === 'host') {
    if (identity.name !== null) settings.push(['user.name', identity.name]);
    if (identity.email !== null) settings.push(['user.email', identity.email]);
  }
  if (wish.credentials === 'token') settings.push(['credential.helper', credentialHelper(sockets, project, patience)]);
  if (wish.credentials === 'agent') settings.push(['core.sshCommand', sshCommand(project)]);
  return settingsAfter(container['GIT_CONFIG_COUNT'], settings);
}

function settingsAfter(count: string | undefined, settings: readonly (readonly [string, string])[]): Environment {
  const first = Number(count ?? '0');
  // What git itself would refuse is left for git to tell.
  if (settings.length === 0 || !Number.isInteger(first) || first < 0) return {};
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ]);
  return Object.fromEntries([...entries, ['GIT_CONFIG_COUNT', String(first + settings.length)]]) as Environment;
}

/**
 * The credential helper, on one line. Every process of Berth's that answers has a socket of its own, and git has a program
 * that speaks to one: `git credential-cache`, which is only ever asked to get, so that nothing is kept in the container.
 * An answer that begins with `berth=` is a sentence for the person. The newest is asked first. One that lets the time go by
 * is asked last from then on, and two of them are enough: behind it may be an sshd whose other end is gone without a word, as
 * after a network that broke, and each command of git's would wait for all of them again.
 */
function credentialHelper(sockets: string, project: string, patience: number): string {
  const silent =
    'no Berth on your machine answers here: open the project in an editor window, or run this by `berth exec` or ' +
    `\`berth shell\`, after \`berth grant ${project}\` on your machine.`;
  return [
    `!f() { [ "$1" = get ] || exit 0; i=$(cat); a=; n=; t=$(command -v timeout) && t="$t ${patience}"`,
    `for s in $(ls -t ${sockets}/*.sock 2>/dev/null); do [ -S "$s" ] || continue`,
    `a=$(printf '%s\\n' "$i" | $t git credential-cache --socket "$s" get 2>/dev/null)`,
    // 124 by coreutils, 143 by BusyBox.
    'case $? in 124|143) touch -t 200001010000 "$s"; n=x$n;; esac; [ -z "$a" ] && [ "$n" != xx ] || break; done',
    `case $a in berth=*) echo "berth: \${a#berth=}" >&2;; '') echo ${shellQuote(`berth: ${silent}`)} >&2;; *) printf '%s\\n' "$a";; esac; }; f`,
  ].join('; ');
}

/**
 * Runs ssh as git would have, and says what to do where it failed and no key of an agent is at hand: the agent's protocol
 * has no words for it. Settings that came by the environment are left out as it looks, or it would find itself. A command that the repository or the user's own settings name is run as ever.
 */
function sshCommand(project: string): string {
  const advice =
    `berth: no key of your SSH agent can be used here: run \`berth grant ${project}\` on your machine, ` +
    'and see there that `ssh-add -l` lists one.';
  return [
    'f() { c=$(unset GIT_CONFIG_COUNT; git config core.sshCommand) || c=ssh; eval "$c \\"\\$@\\""; r=$?',
    `[ $r -ne 255 ] || ssh-add -l >/dev/null 2>&1 || echo ${shellQuote(advice)} >&2; return $r; }; f`,
  ].join('; ');
}
