import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BerthError } from '../../core/errors';
import type { Command } from '../command';
import { badUsage } from '../usage';

/** What the server's own entry offers; it is a bundle beside this one, since no face imports another. */
interface McpEntry {
  serve(options: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly port: number | null;
    readonly folders: readonly string[];
    readonly verbose: boolean;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

export const mcp: Command = {
  name: 'mcp',
  synopsis: '[--http PORT] [--allow-folder DIR]…',
  summary: 'serve tools to AI agents by the Model Context Protocol',
  operands: [],
  options: [
    { flags: '--http <PORT>', description: 'Streamable HTTP on 127.0.0.1 in place of stdio; 0 takes a free port' },
    { flags: '--allow-folder <DIR>', description: 'a folder whose container agents may make', repeat: true },
  ],
  output: 'bytes',
  hidden: true,
  notes: ['Over HTTP the token is in BERTH_MCP_TOKEN, or made up and told on stderr.'],
  async run({ env, verbose, signals }, { options }) {
    const asked = options.text('http');
    const port = asked === undefined ? null : Number(asked);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port < 65536)) {
      throw badUsage(`--http wants a port from 0 to 65535, not "${asked ?? ''}".`);
    }
    const file = join(__dirname, 'mcp.js');
    if (!existsSync(file)) throw new BerthError('internal', 'The MCP server is not part of this installation.');
    const entry = (await import(file)) as McpEntry;
    await entry.serve({ env, port, folders: options.list('allow-folder'), verbose, signal: signals.abort });
    return { kind: 'exit', code: signals.exitCode ?? 0 };
  },
};
