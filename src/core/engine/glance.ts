import { connect } from 'node:net';
import { imagePath } from './image-reference';
import { markOf } from './known';

/** What one request tells of an image and of the engine that has it. */
export interface Glance {
  /** See {@link markOf}. */
  readonly mark: string;
  /** The engine's id of the image. */
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where to look: an engine's local socket as a URL, and the API version that was agreed on. */
export interface GlanceAt {
  readonly url: string;
  readonly apiVersion: string;
}

/**
 * Looks at an image by a single request, without making the engine's acquaintance first. Null where that tells nothing for
 * sure: the image is not there, the engine is not, it says no version, or it takes longer than the milliseconds given.
 */
export async function glanceAtImage(at: GlanceAt, tag: string, patienceMs: number): Promise<Glance | null> {
  try {
    const path = `/v${at.apiVersion}${imagePath(tag)}/json`;
    const answer = readAnswer(await ask(at.url.slice('unix://'.length), path, patienceMs));
    const mark = answer === null ? null : markOf(answer);
    if (answer === null || mark === null) return null;
    const image = JSON.parse(answer.body) as Inspected;
    return { mark, id: image.Id, labels: image.Config?.Labels ?? {} };
  } catch {
    return null; // Whoever asks goes the long way then, where every failure is told.
  }
}

/** The part of the engine's answer that is used here. */
interface Inspected {
  readonly Id: string;
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

/**
 * One GET in HTTP/1.0, whose answer ends with the connection. Node's HTTP client would be more than a third of what a
 * process that has nothing else to do takes (8 of 22 ms here), and what it knows more of is not needed for this.
 */
function ask(socketPath: string, path: string, patienceMs: number): Promise<string> {
  return new Promise((done, failed) => {
    const parts: Buffer[] = [];
    const socket = connect(socketPath, () => socket.write(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`));
    const late = setTimeout(() => socket.destroy(new Error('It takes too long.')), patienceMs);
    socket.on('data', (part) => parts.push(part));
    socket.on('end', () => done(Buffer.concat(parts).toString()));
    socket.on('error', failed);
    socket.on('close', () => {
      clearTimeout(late);
      failed(new Error('It ended halfway.'));
    });
  });
}

/** Takes an answer apart; null for any that is not good, or not as plain as HTTP/1.0 has it. Pure. */
export function readAnswer(
  text: string,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null {
  const end = text.indexOf('\r\n\r\n');
  const [status = '', ...lines] = text.slice(0, Math.max(end, 0)).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const isPlain = /^HTTP\/1\.[01] 200 /.test(status) && headers['transfer-encoding'] === undefined;
  return isPlain ? { headers, body: text.slice(end + 4) } : null;
}
