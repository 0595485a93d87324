import type { Api } from './api';
import { exitCode, openExec } from './exec';
import { LastWords } from './last-words';
import { ProcessStream } from './process-stream';
import type { ExecSpec, ExecStream } from './types';

/** One exec's stdin and stdout as a byte stream for a protocol of its own; its stderr is kept for an error's cause. */
export async function openExecStream(
  api: Api,
  containerId: string,
  spec: Omit<ExecSpec, 'tty' | 'stdin'>,
  signal?: AbortSignal,
): Promise<ExecStream> {
  const { id, socket } = await openExec(api, containerId, { ...spec, stdin: true }, signal);
  const words = new LastWords();
  let onEnd: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    onEnd = (error) => (error === undefined ? resolve() : reject(error));
  });
  const stream = new ProcessStream(socket, {
    onStderr: words.hear,
    onEnd,
  });
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', stop));
  const exit = ended.then(() => exitCode(api, id, containerId));
  exit.catch(() => undefined);
  return { stream, stderr: words.said, exit };
}
