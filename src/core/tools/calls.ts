import { dirname } from 'node:path';
import type { Core } from '../types';
import { BerthError, cancelled } from '../errors';
import { createBoxes } from '../sandbox/boxes';
import { callEntry } from './call-entry';
import { badArguments, failureOf, withoutPaths, type ToolFailure } from './failure';
import { permit, type Person, type Question } from './permission';
import { tools } from './table';
import type { Tool } from './tool';

/** Who calls, as it says itself. */
export interface Client {
  readonly name: string;
  readonly version: string;
}

/** What comes with a call besides its arguments. */
export interface CallContext {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly tell: (message: string) => void;
  readonly person: Person;
}

/** How a call ended. */
export type Outcome =
  | { readonly ok: true; readonly value: object }
  | { readonly ok: false; readonly failure: ToolFailure };

/** Calls tools by their names. Every call ends in an outcome, or in a question to answer first; nothing is thrown. */
export interface Calls {
  /** What a person has to be asked before such a call; null where nothing, or where the call tells better what is wrong. */
  question(name: string, input: unknown, context: Pick<CallContext, 'signal' | 'person'>): Promise<Question | null>;
  call(name: string, input: unknown, context: CallContext): Promise<Outcome | Question>;
}

/**
 * The one way to a tool, whichever face asked. `folders`: real paths of those whose containers agents may make, asked for
 * anew at each call.
 */
export function createCalls(core: Core, folders: () => Promise<readonly string[]>): Calls {
  const { dir, userTemplatesDir, agentsFile } = core.home;
  const hidden = [dir, userTemplatesDir, dirname(agentsFile)];
  const boxes = createBoxes({ projects: core.projects, connection: core.engine, use: core.use });
  const checked = (name: string, input: unknown): readonly [Tool, object] => {
    const tool = tools.find((one) => one.name === name);
    if (tool === undefined) {
      throw new BerthError('bad_usage', `There is no tool ${JSON.stringify(name.slice(0, 80))}.`, {
        hint: 'See tools/list for those there are.',
      });
    }
    const parsed = tool.input.safeParse(input ?? {});
    if (!parsed.success) throw badArguments(name, parsed.error);
    return [tool, parsed.data];
  };
  const attempt = async (
    name: string,
    input: unknown,
    { client, signal, tell, person }: CallContext,
  ): Promise<Outcome | Question> => {
    try {
      const [tool, data] = checked(name, input);
      const question = await permit({ core, boxes, signal }, tool, data, person);
      if (question !== null) return question;
      const call = { core, boxes, folders: await folders(), client: client.name, signal, tell };
      return { ok: true, value: await tool.run(call, data) };
    } catch (error) {
      return { ok: false, failure: withoutPaths(failureOf(signal.aborted ? cancelled() : error), hidden) };
    }
  };
  return {
    async question(name, input, { signal, person }) {
      try {
        return await permit({ core, boxes, signal }, ...checked(name, input), person);
      } catch {
        return null;
      }
    },
    async call(name, input, context) {
      const started = performance.now();
      const outcome = await attempt(name, input, context);
      if ('key' in outcome) return outcome;
      const call = { tool: name, input, client: context.client, ms: Math.round(performance.now() - started) };
      // Not waited for: a journal that cannot be written to is no reason to fail a call that was made.
      core.journal.append(callEntry(call, outcome, core.projects.snapshot.rows)).catch(() => undefined);
      return outcome;
    },
  };
}
