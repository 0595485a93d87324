import type { Api } from './api';
import { exitCode, openExec } from './exec';
import { ProcessStream } from './process-stream';
import type { ExecSpec, ExecStream } from './types';

const stderrKept = 64 * 1024;

/** One exec's stdin and stdout as a byte stream for a protocol of its own; its stderr is kept for an error's cause. */
export async function openExecStream(
  api: Api,
  containerId: string,
  spec: Omit<ExecSpec, 'tty' | 'stdin'>,
  signal?: AbortSignal,
): Promise<ExecStream> {
  const { id, socket } = await openExec(api, containerId, { ...spec, stdin: true }, signal);
  let kept = '';
  let onEnd: (error?: Error) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    onEnd = (error) => (error === undefined ? resolve() : reject(error));
  });
  const stream = new ProcessStream(socket, {
    onStderr: (data) => {
      if (kept.length < stderrKept) kept = (kept + data.toString()).slice(0, stderrKept);
    },
    onEnd,
  });
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', stop));
  const exit = ended.then(() => exitCode(api, id, containerId));
  exit.catch(() => undefined);
  return { stream, stderr: () => kept, exit };
}
