import { createHash } from 'node:crypto';
import type { Core } from '../types';
import { BerthError } from '../errors';
import { readAgentSettings } from '../sandbox/agent-settings';
import { isSpawned } from '../sandbox/kill';
import type { Boxes } from '../sandbox/boxes';
import { decide, type AskedCall } from '../sandbox/policy';
import { recordedId } from '../sandbox/recorded';
import { snapshotBy } from './snapshots';
import type { Tool } from './tool';

/** A question to the person behind a client. `key` is of this very call, so that no answer serves another. */
export interface Question {
  readonly key: string;
  readonly text: string;
}

/** The person behind a client. */
export interface Person {
  /** Whether the client can put a question to one. */
  readonly reachable: boolean;
  /** What was answered; null where it was not asked yet. */
  answer(key: string): 'once' | 'session' | 'no' | null;
  /** What they allowed for as long as the client is connected. */
  readonly allowed: Set<string>;
}

/** What every tool's input may hold that says which project it is about, and what runs. */
interface Words {
  readonly container?: string;
  readonly project?: string;
  readonly folder?: string;
  readonly id?: string;
  readonly snapshot?: string;
  readonly argv?: readonly string[];
  readonly shell?: boolean;
}

/**
 * Asked before each call. @returns a question that has to be answered first; null where the call may be made
 * @throws BerthError `call_denied`, `approval_needed`, `settings_invalid`; what finding the project throws
 */
export async function permit(
  { core, boxes, signal }: { readonly core: Core; readonly boxes: Boxes; readonly signal: AbortSignal },
  tool: Tool,
  input: object,
  person: Person,
): Promise<Question | null> {
  const { rules } = await readAgentSettings(core.home);
  if (rules.length === 0 && !person.reachable) return null;
  const call: AskedCall = {
    tool: tool.name,
    destructive: tool.hints.destructive,
    project: await projectFor(core, boxes, input, signal),
    command: commandFor(input),
  };
  const { then, rule } = decide(call, rules, person.reachable);
  if (then === 'allow') return null;
  const what = inWords(call);
  if (then === 'deny') {
    throw new BerthError('call_denied', `The user’s rules forbid ${what}.`, {
      hint: 'Do it another way, or ask the user, who can change agents.yaml.',
    });
  }
  const lasting = JSON.stringify([call.tool, call.project?.id ?? null, rule]);
  if (person.allowed.has(lasting)) return null;
  if (!person.reachable) {
    throw new BerthError('approval_needed', `The user wants to be asked about ${what}, and this client cannot ask.`, {
      hint: 'Ask the user to do it, or to allow it in agents.yaml.',
    });
  }
  const key = createHash('sha256')
    .update(JSON.stringify([tool.name, input]))
    .digest('hex')
    .slice(0, 24);
  const answer = person.answer(key);
  if (answer === null) return { key, text: `An agent asks for ${what}.` };
  if (answer === 'session') person.allowed.add(lasting);
  if (answer !== 'no') return null;
  throw new BerthError('call_denied', `The user did not allow ${what}.`, {
    hint: 'Do it another way, or ask the user what they want.',
  });
}

async function projectFor(core: Core, boxes: Boxes, input: Words, signal: AbortSignal): Promise<AskedCall['project']> {
  if (input.folder !== undefined) return { ...(await core.projects.identify(input.folder)), own: false };
  const query = input.container ?? input.project ?? (input.id === undefined ? undefined : recordedId(input.id).project);
  if (query === undefined) return input.snapshot === undefined ? null : ofSnapshot(core, input.snapshot, signal);
  const { id, name, folder, agent } = await boxes.row(query, signal);
  return { id, name, folder, own: agent !== undefined };
}

/** A snapshot is its project's, whether that still has a container or not. */
async function ofSnapshot(core: Core, snapshot: string, signal: AbortSignal): Promise<AskedCall['project']> {
  const { project } = await snapshotBy(core, snapshot, signal);
  return { ...project, own: isSpawned(core.home.dir, project) };
}

function commandFor({ argv, shell = false }: Words): AskedCall['command'] {
  return argv === undefined ? null : { argv, shell };
}

/** A call in a sentence; what comes from the agent is quoted, and cut. */
function inWords({ tool, project, command }: AskedCall): string {
  const where = project === null ? '' : ` in ${project.name}`;
  const text = command?.argv.join(' ') ?? '';
  const cut = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return command === null ? `${tool}${where}` : `${tool}${where}: ${JSON.stringify(cut)}`;
}
