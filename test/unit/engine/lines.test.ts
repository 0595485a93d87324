import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonLines, LineDecoder } from '../../../src/core/engine/lines';

function decoded(chunks: Iterable<Uint8Array>): string[] {
  const lines: string[] = [];
  const decoder = new LineDecoder((line) => lines.push(line));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return lines;
}

function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const list: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) list.push(bytes.subarray(at, at + size));
  return list;
}

async function parsed(chunks: readonly Uint8Array[]): Promise<unknown[]> {
  const source = (async function* () {
    for (const chunk of chunks) yield await Promise.resolve(chunk);
  })();
  const documents: unknown[] = [];
  for await (const document of jsonLines(source)) documents.push(document);
  return documents;
}

describe('engine: lines', () => {
  it('gives the same lines wherever the bytes are cut, also within a character', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'é', '日', '🚢', ' ', '\u001b[1m', 'z'), maxLength: 30 });
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 9 }), (lines, size) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        assert.deepEqual(decoded(pieces(bytes, size)), lines);
      }),
    );
  });

  it('takes CRLF for a line end, keeps empty lines, and hands on a last line without an end', () => {
    assert.deepEqual(decoded([Buffer.from('a\r'), Buffer.from('\n\nb\rc\nlast')]), ['a', '', 'b\rc', 'last']);
  });

  it('reads a line of 20 MB in small chunks in linear time, in bounded pieces', () => {
    const chunk = Buffer.alloc(16 * 1024, 'x');
    const before = process.cpuUsage();
    const lines = decoded(Array.from({ length: 1280 }, () => chunk));
    assert.equal(lines.join('').length, 1280 * chunk.length);
    assert.ok(Math.max(...lines.map((line) => line.length)) < 2 * 1024 * 1024);
    assert.ok(process.cpuUsage(before).user < 3e6);
  });

  it('parses JSON lines with split UTF-8, blank lines and no last line end', async () => {
    const documents = [{ stream: 'é🚢\n' }, { error: 'x' }, 3];
    const bytes = Buffer.from(`\n${documents.map((document) => JSON.stringify(document)).join('\r\n\r\n')}`);
    for (const size of [1, 2, 3, 1000]) assert.deepEqual(await parsed(pieces(bytes, size)), documents);
  });

  it('fails on a line that is no JSON rather than passing over it', async () => {
    await assert.rejects(parsed([Buffer.from('{"a":1}\n{"a":\n')]), SyntaxError);
  });
});
