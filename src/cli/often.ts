import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Sent } from '../core/engine/local-client';
import { BerthError } from '../core/errors';
import { createHome } from '../core/home';
import { runnerAtOnce } from '../core/projects/at-once';
import { letGoOf, type First } from '../core/projects/first';
import { version } from '../core/version';
import { attach } from './attach';
import { exec, specOf } from './commands/exec';
import { failed } from './failed';
import { proxyWords, type Asked } from './first';
import { parsePlain } from './parse-plain';
import { proxyAtOnce } from './proxy-at-once';
import { Signals } from './signals';
import { brokenPipeCode, flush, onBrokenPipe, type Streams } from './streams';

/**
 * What editors, agents and scripts start again and again: `berth exec` and `berth ssh-proxy`, for a container with which
 * nothing has to be done first. A bundle of its own, in one file (see esbuild.mjs): reading is most of what such a process
 * does. The calls that it begins with may be under way by then (see first.ts).
 * @param asked what was asked of the engine already
 * @returns the exit code; null where the usual way has to be gone, and nothing has happened
 */
export function runOften([verb, ...words]: readonly string[], streams: Streams, asked: Asked): Promise<number | null> {
  return verb === 'ssh-proxy' ? runSshProxy(words, streams, asked.sshProxy) : runExec(words, streams, asked.exec);
}

async function runSshProxy(words: readonly string[], streams: Streams, sent: Sent | undefined): Promise<number | null> {
  const asked = proxyWords(words);
  if (asked === null) return null;
  const signals = new Signals((code) => process.exit(code));
  // Streams are made when they are first asked for.
  const meanwhile = (): void => onBrokenPipe(streams, () => signals.cancel());
  try {
    const code = await proxyAtOnce({ ...asked, sent, streams, signal: signals.abort, meanwhile });
    if (code !== null) await flush(streams);
    return code;
  } finally {
    signals.dispose();
  }
}

async function runExec(argv: readonly string[], streams: Streams, first: First | undefined): Promise<number | null> {
  const input = parsePlain(exec, argv);
  // Which project is meant by a name, the engine's list tells.
  if (input === null || input.options.text('project') !== undefined) return null;
  const signals = new Signals((code) => process.exit(code));
  const output = { broken: false };
  const gone = (): void => {
    output.broken = true;
    signals.cancel();
  };
  const { env } = process;
  const context = { env, streams, signals };
  let began = false;
  try {
    const spec = usable(() => specOf(context, input));
    if (spec === null) return null;
    const finding = runnerAtOnce({ home: createHome(env), env, folder: process.cwd(), version, first }, signals.abort);
    // While the engine answers: streams are made when they are first asked for.
    await nextTurn();
    onBrokenPipe(streams, gone, input.options.flag('interactive') || input.options.flag('tty'));
    const found = await finding;
    if (found === null) return null;
    began = true;
    const code = await attach(context, found.runner, spec(found.workspacePath));
    return output.broken ? brokenPipeCode : code;
  } catch (error) {
    if (output.broken) return brokenPipeCode;
    // It stopped meanwhile, and took nothing. The usual way starts one that did so because nobody used it.
    if (error instanceof BerthError && error.code === 'container_not_running') return null;
    return await failed(error, { json: false, signals, streams, codes: { failed: 125, usage: 125 } });
  } finally {
    if (began) await flush(streams);
    else if (first !== undefined) letGoOf(first);
    signals.dispose();
  }
}

/** What is wrong with a command line, the usual way tells. */
function usable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
