import { BerthError, isCancelled, messageOf } from '../core/errors';
import type { Command } from './command';
import type { Failure } from './result';
import type { Signals } from './signals';
import type { Streams } from './streams';

/** How a verb was to answer. */
export interface Answering {
  readonly json: boolean;
  readonly signals: Pick<Signals, 'exitCode'>;
  readonly streams: Streams;
  readonly codes: NonNullable<Command['exitCodes']>;
}

/** Tells how a verb ended that did not succeed. @returns its exit code */
export async function failed(error: unknown, { json, signals, streams, codes }: Answering): Promise<number> {
  if (isCancelled(error) || signals.exitCode !== undefined) {
    if (json) streams.stdout.write('{"schema":1,"outcome":"cancelled"}\n');
    else streams.stderr.write('berth: cancelled\n');
    return signals.exitCode ?? 1;
  }
  await fail(error, json, streams);
  return error instanceof BerthError && error.code === 'bad_usage' ? codes.usage : codes.failed;
}

/** Tells what went wrong, for a person or a program. */
export async function fail(error: unknown, json: boolean, streams: Streams): Promise<void> {
  const failure = toFailure(error);
  if (json) {
    const { jsonFailure } = await import('./render/json');
    streams.stdout.write(`${JSON.stringify(jsonFailure(failure))}\n`);
  } else {
    const [{ failureText }, { styleFor }] = await Promise.all([import('./render/failure'), import('./render/style')]);
    streams.stderr.write(await failureText(failure, process.cwd(), styleFor(streams.stderr.isTTY, process.env)));
  }
}

function toFailure(error: unknown): Failure {
  if (!(error instanceof BerthError)) {
    return {
      code: 'internal',
      message: `Berth failed unexpectedly: ${messageOf(error)}`,
      hint: 'Run it again with --verbose for the log.',
    };
  }
  const { code, message, hint, errors } = error;
  return { code, message, ...(hint === undefined ? {} : { hint }), ...(errors === undefined ? {} : { errors }) };
}
