import { BerthError } from '../errors';

/**
 * Pure: the host port that the engine could not publish, out of its words; null where they are about something else.
 * Docker says `Bind for 127.0.0.1:3000 failed: port is already allocated` where another container has it and `listen tcp4
 * 127.0.0.1:3000: bind: address already in use` where another program has.
 */
export function takenPort(words: string): number | null {
  if (!/port is already allocated|address already in use/i.test(words)) return null;
  const port = /:(\d{1,5})(?::| failed|\b)/.exec(words.replace(/^.*?(?=\d+\.\d+\.\d+\.\d+:)/s, ''))?.[1];
  return port === undefined ? null : Number(port);
}

/** What to say where a container does not start since it publishes a port that somebody else has. */
export function portTaken(port: number, cause: unknown): BerthError {
  return new BerthError('port_taken', `Port ${port} of the engine's machine is taken, so it cannot be published.`, {
    hint: 'Free it and try again, or publish on another: `ports: [{ port: …, host: …, publish: true }]`.',
    cause,
  });
}
