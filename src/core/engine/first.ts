import { connect, type Socket } from 'node:net';
import { callOf } from './api';
import { containerPath } from './container-path';
import { execMade, execStarted } from './exec';
import type { KnownLocalEngine } from './known';
import { textOf, upgrading, type Sent } from './local-client';
import type { ExecSpec } from './types';

/** Milliseconds for which the engine's answer is waited for; a slower one is for who comes after. */
const patienceMs = 20;

/**
 * Starts a process in a container, and looks at the container, before the rest of the program is loaded: the calls that a
 * client makes later, word for word, and it takes them over. Resolves once the start is under way, or has to wait.
 */
export async function execFirst(
  { url, known }: KnownLocalEngine,
  containerId: string,
  spec: Omit<ExecSpec, 'stdin'>,
): Promise<Sent> {
  const sent: Sent = new Map();
  const [socketPath, version] = [url.slice('unix://'.length), known.info.apiVersion];
  // What breaks is told to who takes it over.
  const open = (): Socket => connect(socketPath).on('error', () => undefined);
  const send = (text: string, socket: Socket): Socket => {
    socket.write(text);
    sent.set(text, socket);
    return socket;
  };
  const whole = { ...spec, stdin: true };
  const making = callOf('POST', containerPath(containerId, 'exec'), { body: JSON.stringify(execMade(whole)) });
  const made = send(textOf(version, making), open());
  // Before the start: for as long as a process in a container is being started, the engine lets a look at it wait.
  send(textOf(version, callOf('GET', containerPath(containerId, 'json'), {})), open());
  // Open by the time that it is known what to write.
  const start = open();
  const id = await idIn(made);
  if (id === null) {
    start.destroy();
    return sent;
  }
  const { headers, ...starting } = callOf('POST', `/exec/${id}/start`, { body: JSON.stringify(execStarted(whole)) });
  send(textOf(version, { ...starting, headers: { ...headers, ...upgrading } }), start);
  return sent;
}

/** As {@link execFirst}, for a look at the container alone. */
export function lookFirst({ url, known }: KnownLocalEngine, containerId: string): Sent {
  const socket = connect(url.slice('unix://'.length)).on('error', () => undefined);
  const text = textOf(known.info.apiVersion, callOf('GET', containerPath(containerId, 'json'), {}));
  socket.write(text);
  return new Map([[text, socket]]);
}

/** The id in an answer that is left as it came; null where it is not there, or not in time. */
function idIn(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    const over = (id: string | null): void => {
      clearTimeout(late);
      socket.off('readable', onReadable).off('close', onClose);
      resolve(id);
    };
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      socket.unshift(chunk);
      over(/^HTTP\/1\.[01] 201 [^]*\r\n\r\n\{"Id":"([0-9a-f]+)"\}/.exec(chunk.toString('latin1'))?.[1] ?? null);
    };
    const onClose = (): void => over(null);
    const late = setTimeout(onClose, patienceMs);
    socket.on('readable', onReadable).once('close', onClose);
  });
}
