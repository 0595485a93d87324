import { basename } from 'node:path/posix';
import type { ProjectIdentity } from '../model';
import type { AgentRule } from './agent-settings';

/** What is about to be done by a tool. */
export interface AskedCall {
  readonly tool: string;
  readonly destructive: boolean;
  /** Null where the call is about no project. `own`: the container is one that an agent spawned by a key. */
  readonly project: (ProjectIdentity & { readonly own: boolean }) | null;
  /** Null for a tool that runs none. */
  readonly command: { readonly argv: readonly string[]; readonly shell: boolean } | null;
}

export interface Decision {
  readonly then: 'allow' | 'ask' | 'deny';
  /** What decided; null where nothing the user said did. */
  readonly rule: AgentRule | null;
}

/**
 * Whether a call may be made: by the first of the user's rules that fits. Where none fits, what destroys in a project's
 * container is asked about where somebody can be asked, and allowed where not: who starts a server for a client that
 * cannot ask has decided that, and asking would lock the client out of every command. Pure.
 */
export function decide(call: AskedCall, rules: readonly AgentRule[], canAsk: boolean): Decision {
  const rule = rules.find((one) => fits(call, one));
  if (rule !== undefined) return { then: rule.then, rule };
  const asks = canAsk && call.destructive && call.project?.own === false;
  return { then: asks ? 'ask' : 'allow', rule: null };
}

function fits({ tool, project, command }: AskedCall, rule: AgentRule): boolean {
  if (rule.tool !== undefined && !isLike(tool, rule.tool)) return false;
  if (rule.project !== undefined) {
    const names = project === null ? [] : [project.name, project.id, project.folder];
    if (!names.some((name) => isLike(name, rule.project ?? ''))) return false;
  }
  if (rule.command === undefined) return true;
  return command !== null && commandFits(command, rule.command, rule.then === 'allow');
}

/**
 * A pattern is of the words with blanks between them. What forbids or asks looks at each command of a script too. What
 * allows fits no script, unless it is the very text: `npm test*` would let `npm test; rm -rf .` through.
 */
function commandFits({ argv, shell }: NonNullable<AskedCall['command']>, pattern: string, allows: boolean): boolean {
  const whole = argv.join(' ');
  const script = shell ? (argv[0] ?? '') : scriptOf(argv);
  if (script === null) return isLike(whole, pattern);
  if (allows) return whole === pattern;
  return [whole, script, ...script.split(/[;&|\n(){}`]+/)].some((part) => isLike(part.trim(), pattern));
}

/** What a shell is given to run by `-c`, also behind `env`; null where no shell is called. */
function scriptOf(argv: readonly string[]): string | null {
  const at = argv.findIndex((word) => /^(?:ba|da|a|z|k|fi)?sh$/.test(basename(word)));
  const flag = argv.findIndex((word, index) => index > at && /^-[a-z]*c$/.test(word));
  return at < 0 || flag < 0 ? null : (argv[flag + 1] ?? '');
}

/** Whether a text fits a pattern as a whole; `*` stands for any text, blanks and line ends too. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
