import { isCancelled, messageOf } from '../../core/errors';
import type { Progress } from '../../core/log';
import { closingLine, startLine } from '../run/format';
import { LineSplitter } from '../run/lines';
import type { LineSink } from '../run/run-command';
import { longAction } from './long-action';
import { detailLine, stepText } from './progress-text';

export interface BuildAction {
  /** As the channel's first line says it. */
  readonly command: string;
  readonly title: string;
  readonly channel: LineSink;
  readonly abort: AbortController;
  readonly onStep?: (text: string) => void;
}

/** Runs what reports progress: its detail into the channel, its steps into the notification and to `onStep`. */
export async function withBuildProgress<T>(
  { command, title, channel, abort, onStep }: BuildAction,
  work: (progress: Progress) => Promise<T>,
  closing: (result: T) => string,
): Promise<T> {
  const began = Date.now();
  const plain = new LineSplitter((line) => channel.appendLine(line));
  channel.appendLine(startLine(command, new Date(began)));
  try {
    const result = await longAction({ title, abort }, (show) =>
      work((event) => {
        const line = detailLine(event);
        if (line !== null) plain.push(Buffer.from(`${line}\n`));
        const text = stepText(event);
        if (text === null) return;
        onStep?.(text);
        show(text);
      }),
    );
    channel.appendLine(closingLine(true, closing(result), Date.now() - began));
    return result;
  } catch (error) {
    channel.appendLine(closingLine(false, isCancelled(error) ? 'cancelled' : messageOf(error), Date.now() - began));
    throw error;
  }
}
