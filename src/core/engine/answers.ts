import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { EngineAnswer } from './failures';

/** The engine's answer as it begins; the stream is its body. */
export interface Answer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

const good = new Set([101, 200, 201, 204, 304]);

/** A good answer as it is. @throws EngineAnswer with the engine's words for any other, which is read to its end */
export async function checked<T extends Answer>(answer: T): Promise<T> {
  const { statusCode = 0 } = answer;
  if (good.has(statusCode)) return answer;
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  throw new EngineAnswer(statusCode, Buffer.concat(parts).toString());
}
