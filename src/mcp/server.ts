import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  inputRequired,
  inputResponse,
  McpServer,
  type InputRequiredResult,
  type InputResponseView,
  type McpServerFactory,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { z } from 'zod';
import { version } from '../core/version';
import type { Calls, Client, Outcome } from '../core/tools/calls';
import { jsonSchemaOf } from '../core/tools/json-schema';
import type { Question } from '../core/tools/permission';
import { tools } from '../core/tools/table';

interface ObjectSchema {
  readonly [key: string]: unknown;
  readonly type: 'object';
}

/** Who a client of the 2025 protocol said it is, at the beginning of its session. */
interface Greeted {
  getClientVersion(): { readonly name: string; readonly version: string } | undefined;
  getClientCapabilities(): object | undefined;
}

const instructions = [
  'Berth runs commands and edits files in containers. Start with `list`, `attach` to a project, or `spawn` a container of your own.',
  'Use `exec` for short commands and `exec_start` with `exec_poll` for long ones. Errors come with a code and what to do next.',
].join(' ');

/** What tools/list answers: made once, in the table's order. */
const listed = tools.map(({ name, title, description, input, output, hints }) => ({
  name,
  title,
  description,
  inputSchema: schemaOf(input, 'input'),
  outputSchema: schemaOf(output, 'output'),
  annotations: {
    title,
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  },
}));

function schemaOf(schema: z.ZodObject, io: 'input' | 'output'): ObjectSchema {
  return { ...jsonSchemaOf(schema, io), type: 'object' };
}

/** Makes servers of the table, one a connection or request, for whichever era of the protocol a client speaks. */
export function serverFactory(calls: Calls): McpServerFactory {
  return () => {
    // The table makes the lists and checks the arguments itself, so that each failure has a code and a hint.
    const mcp = new McpServer(
      { name: 'berth', title: 'Berth', version },
      { capabilities: { tools: {} }, instructions },
    );
    const { server } = mcp;
    const greeted: Greeted = server;
    const allowed = new Set<string>();
    server.setRequestHandler('tools/list', () => ({ tools: listed }));
    server.setRequestHandler('tools/call', async ({ params }, context) => {
      let told = 0;
      const outcome = await calls.call(params.name, params.arguments, {
        client: clientOf(greeted.getClientVersion(), context),
        signal: context.mcpReq.signal,
        tell: (message) => {
          const progressToken = context.mcpReq._meta?.progressToken;
          if (progressToken === undefined) return;
          told += 1;
          const sent = context.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress: told, message },
          });
          sent.catch(() => undefined);
        },
        person: {
          reachable: canAsk(greeted.getClientCapabilities() ?? saidIn(context, CLIENT_CAPABILITIES_META_KEY)),
          answer: (key) => answerOf(inputResponse(context.mcpReq.inputResponses, key)),
          allowed,
        },
      });
      return 'key' in outcome ? questionOf(outcome) : resultOf(outcome);
    });
    return mcp;
  };
}

/** A 2025 client says at the beginning who it is, a 2026 one with each request. */
function clientOf(said: { name: string; version: string } | undefined, context: ServerContext): Client {
  const found = said ?? saidIn(context, CLIENT_INFO_META_KEY);
  if (typeof found !== 'object' || found === null || !('name' in found)) return { name: 'unknown', version: '' };
  return { name: String(found.name), version: 'version' in found ? String(found.version) : '' };
}

/** What a 2026 client says of itself with a request. */
function saidIn({ mcpReq }: ServerContext, key: string): unknown {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return envelope[key];
}

/** Whether a client puts forms to a person; one that says no more than `elicitation` does. */
function canAsk(capabilities: unknown): boolean {
  if (typeof capabilities !== 'object' || capabilities === null || !('elicitation' in capabilities)) return false;
  const { elicitation } = capabilities;
  if (typeof elicitation !== 'object' || elicitation === null) return false;
  return 'form' in elicitation || !('url' in elicitation);
}

/** The library puts it to the person in either era's way, and calls again with the answer. */
function questionOf({ key, text }: Question): InputRequiredResult {
  const answer = {
    type: 'string' as const,
    title: 'Allow it',
    enum: ['once', 'session'],
    enumNames: ['This once', 'Always, as long as this client is connected'],
    default: 'once',
  };
  const requestedSchema = { type: 'object' as const, properties: { answer }, required: ['answer'] };
  return inputRequired({ inputRequests: { [key]: inputRequired.elicit({ message: text, requestedSchema }) } });
}

/** Whatever is no clear yes is a no. */
function answerOf(view: InputResponseView): 'once' | 'session' | 'no' | null {
  if (view.kind === 'missing') return null;
  if (view.kind !== 'elicit' || view.action !== 'accept') return 'no';
  const answer = view.content?.['answer'];
  return answer === 'once' || answer === 'session' ? answer : 'no';
}

function resultOf(outcome: Outcome): {
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
} {
  if (!outcome.ok) {
    return { content: [{ type: 'text', text: JSON.stringify({ error: outcome.failure }) }], isError: true };
  }
  return {
    content: [{ type: 'text', text: JSON.stringify(outcome.value) }],
    structuredContent: { ...outcome.value },
  };
}
