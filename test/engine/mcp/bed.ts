import { Client, type ElicitResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { join } from 'node:path';
import { bundle } from '../../harness/berth';
import type { Bed } from '../cli/bed';

export type Era = '2025' | '2026';

/** What a tool answered: its structured content, or the error in its text. */
export interface Answered {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The official client library at the built server, a process of its own. */
export class Session {
  private constructor(readonly client: Client) {}

  /** `person`: answers what the server asks; without one the client cannot put questions to anybody. */
  static async open(
    bed: Bed,
    era: Era = '2026',
    env: Readonly<Record<string, string>> = {},
    person?: (question: string) => ElicitResult,
  ): Promise<Session> {
    const client = new Client(
      { name: 'session-test', version: '1.0.0' },
      {
        ...(era === '2026' ? { versionNegotiation: { mode: 'auto' as const } } : {}),
        ...(person === undefined ? {} : { capabilities: { elicitation: {} } }),
      },
    );
    if (person !== undefined) client.setRequestHandler('elicitation/create', ({ params }) => person(params.message));
    const args = [join(await bundle(), 'cli.js'), 'mcp'];
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, env: bed.berth.env(env), cwd: bed.dir }),
    );
    return new Session(client);
  }

  async call(name: string, input: Readonly<Record<string, unknown>>, signal?: AbortSignal): Promise<Answered> {
    const result = await this.client.callTool(
      { name, arguments: { ...input } },
      { timeout: 120_000, ...(signal === undefined ? {} : { signal }) },
    );
    const [first] = result.content;
    const text = first?.type === 'text' ? first.text : '';
    if (result.isError !== true) return { error: null, value: (result.structuredContent ?? {}) as Answered['value'] };
    return { error: (JSON.parse(text) as { error: NonNullable<Answered['error']> }).error, value: {} };
  }

  /** A call that has to succeed. */
  async value(name: string, input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const { error, value } = await this.call(name, input);
    if (error !== null) throw new Error(`${name}: ${error.code}: ${error.message}`);
    return value;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

/** A stream of a command's reply. */
export function textOf(value: Readonly<Record<string, unknown>>, stream: 'stdout' | 'stderr'): string {
  return (value[stream] as { readonly text: string }).text;
}
