import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createCore } from '../core';
import { messageOf } from '../core/errors';
import type { Logger } from '../core/log';
import { createCalls } from '../core/tools/calls';
import { serverFactory } from './server';

/** What the command line hands over. */
export interface ServeOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Serve HTTP on this port of 127.0.0.1 (0: any) in place of stdio. */
  readonly port: number | null;
  /** Folders of this machine whose containers agents may make. */
  readonly folders: readonly string[];
  readonly verbose: boolean;
  /** Ends the server. */
  readonly signal: AbortSignal;
}

/** Serves until the client goes away or the signal aborts. stdout belongs to the protocol, stderr to people. */
export async function serve({ env, port, folders, verbose, signal }: ServeOptions): Promise<void> {
  const log = stderrLogger(verbose);
  const core = createCore({ log, actor: 'agent', env, installation: installation() });
  const end = new AbortController();
  const both = AbortSignal.any([signal, end.signal]);
  try {
    core.projects.watch(both);
    core.warm.keep();
    const allowed = await Promise.all(folders.map((folder) => realpath(folder)));
    const factory = serverFactory(createCalls(core, () => Promise.resolve(allowed)));
    if (port === null) {
      process.stdin.once('end', () => end.abort());
      process.stdin.once('close', () => end.abort());
      const handle = serveStdio(factory, { onerror: (error) => log.log('warn', 'The client', error) });
      await untilAborted(both);
      await handle.close();
    } else {
      const { serveHttp } = await import('./http');
      await serveHttp({ factory, port, token: env['BERTH_MCP_TOKEN'], log, signal: both });
    }
  } finally {
    end.abort();
    core.dispose();
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** The package's root: the bundle lies in its `dist`; the launcher's copy lies beside the templates itself. */
function installation(): string {
  return existsSync(join(__dirname, 'templates')) ? __dirname : dirname(__dirname);
}

function stderrLogger(verbose: boolean): Logger {
  return {
    log(level, message, detail) {
      if (!verbose && level !== 'error') return;
      const more = detail === undefined ? '' : `: ${messageOf(detail)}`;
      process.stderr.write(`${new Date().toISOString()} ${level} ${message}${more}\n`);
    },
  };
}
