import { McpServer, type McpServerFactory, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { version } from '../core/version';
import type { Calls, Client, Outcome } from './calls';
import { tools } from './table';

interface ObjectSchema {
  readonly [key: string]: unknown;
  readonly type: 'object';
}

/** Who a client of the 2025 protocol said it is, at the beginning of its session. */
interface Greeted {
  getClientVersion(): { readonly name: string; readonly version: string } | undefined;
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
  return { ...z.toJSONSchema(schema, { io }), type: 'object' };
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
      });
      return resultOf(outcome);
    });
    return mcp;
  };
}

/** A 2025 client says at the beginning who it is, a 2026 one with each request. */
function clientOf(said: { name: string; version: string } | undefined, { mcpReq }: ServerContext): Client {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const found = said ?? envelope['io.modelcontextprotocol/clientInfo'];
  if (typeof found !== 'object' || found === null || !('name' in found)) return { name: 'unknown', version: '' };
  return { name: String(found.name), version: 'version' in found ? String(found.version) : '' };
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
