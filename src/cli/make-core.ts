import type { Core } from '../core';
import { messageOf } from '../core/errors';
import { silentLogger, type Logger } from '../core/log';
import { installation } from './installation';

export interface MakeCore {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly verbose: boolean;
  readonly stderr: { write(text: string): unknown };
}

/** Builds the core; loads it only now, since help and wrong usage do without. */
export async function makeCore({ env, verbose, stderr }: MakeCore): Promise<Core> {
  const { createCore } = await import('../core/create');
  return createCore({
    log: verbose ? streamLogger(stderr) : silentLogger,
    actor: 'cli',
    env,
    installation: installation(),
  });
}

function streamLogger(stderr: { write(text: string): unknown }): Logger {
  return {
    log(level, message, detail) {
      const more =
        detail === undefined
          ? ''
          : `: ${detail instanceof Error ? (detail.stack ?? messageOf(detail)) : JSON.stringify(detail)}`;
      stderr.write(`${new Date().toISOString()} ${level} ${message}${more}\n`);
    },
  };
}
