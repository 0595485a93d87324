import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { timeLimit } from '../abort';
import type { ServerAddresses } from './release';

/** Bytes; several times what the servers of today come to, packed. */
const mostBytes = 1024 ** 3;
/** Milliseconds for the short answer with the digest. */
const digestMs = 15_000;

/**
 * Fetches an archive into a file. Where its maker tells the digest, the archive has to have it; else it is believed by the
 * TLS connection alone, which nothing but HTTPS gives (or this machine itself, that needs none).
 * @returns whether a digest was compared @throws Error for an answer that is not the whole archive as published
 */
export async function downloadServer(
  { archive, digest }: ServerAddresses,
  file: string,
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = digest === null ? null : await publishedDigest(digest, signal);
  const response = await asked(archive, signal);
  if (response.body === null) throw new Error(`${archive} answered without a body`);
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) done(new Error(`${archive} is larger than any server`));
      else done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file, { mode: 0o600 }), { signal });
  const promised = response.headers.get('content-length');
  if (promised !== null && response.headers.get('content-encoding') === null && Number(promised) !== bytes) {
    throw new Error(`${archive} broke off after ${bytes} of ${promised} bytes`);
  }
  const found = hash.digest('hex');
  if (wanted !== null && wanted !== found) {
    throw new Error(`${archive} has the SHA-256 ${found}, and ${wanted} was published`);
  }
  return wanted !== null;
}

/** A service that knows no digest for a build is no error; one that cannot be reached is. */
async function publishedDigest(address: string, signal: AbortSignal): Promise<string | null> {
  const response = await fetch(safe(address), { signal: AbortSignal.any([signal, timeLimit(digestMs)]) });
  safe(response.url);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const told: unknown = await response.json();
  const hash = typeof told === 'object' && told !== null && 'sha256hash' in told ? told.sha256hash : null;
  return typeof hash === 'string' && /^[0-9a-f]{64}$/i.test(hash) ? hash.toLowerCase() : null;
}

async function asked(address: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(safe(address), { signal });
  // Where it was led on to counts the same.
  safe(response.url);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response;
}

function safe(address: string): URL {
  const url = new URL(address);
  if (url.protocol === 'https:' || url.hostname === '127.0.0.1' || url.hostname === 'localhost') return url;
  throw new Error(`${url.origin} is not reached by HTTPS`);
}
