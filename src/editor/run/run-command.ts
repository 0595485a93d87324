import type { ProjectRow } from '../../core/model';
import type { CommandRunner, CommandExit } from '../../core/command';
import { isCancelled, messageOf } from '../../core/errors';
import type { Runs } from './runs';
import { endLine, startLine } from './format';
import { LineSplitter } from './lines';

/** Where the lines go. */
export interface LineSink {
  appendLine(line: string): void;
}

/** What a shell of any image runs; the words are the user's own, so they go in as one argument. */
export function shellArgv(command: string): readonly string[] {
  return ['/bin/sh', '-c', command];
}

/** Runs a command line in a container with its output as lines, while it is listed as running; ends with its exit. */
export async function runToSink(
  runner: CommandRunner,
  row: ProjectRow,
  command: string,
  runs: Runs,
  sink: LineSink,
): Promise<CommandExit | undefined> {
  const abort = new AbortController();
  const listed = runs.begin(row.id, command, () => abort.abort());
  sink.appendLine(startLine(command, new Date()));
  try {
    const running = await runner.run({ argv: shellArgv(command) }, abort.signal);
    const cancel = (): void => void running.cancel().catch(() => undefined);
    abort.signal.addEventListener('abort', cancel, { once: true });
    for (const stream of [running.stdout, running.stderr]) {
      const lines = LineSplitter.joined((text) => sink.appendLine(text));
      stream.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
    }
    const exit = await running.exit;
    sink.appendLine(endLine(exit));
    return exit;
  } catch (error) {
    sink.appendLine(isCancelled(error) ? '✖ cancelled' : `✖ ${messageOf(error)}`);
    if (isCancelled(error)) return undefined;
    throw error;
  } finally {
    listed.dispose();
  }
}
