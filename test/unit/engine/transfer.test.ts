import assert from 'node:assert/strict';
import { TransferReader, type TransferLine } from '../../../src/core/engine/transfer';
import { transferText, type ProgressEvent } from '../../../src/core/log';

type Transfer = Extract<ProgressEvent, { kind: 'pull' | 'push' }>;

function read(lines: readonly TransferLine[], kind: 'pull' | 'push' = 'pull'): string[] {
  const said: string[] = [];
  const reader = new TransferReader(kind, 'debian', (event) => said.push(transferText(event as Transfer)));
  lines.forEach((line) => reader.read(line));
  return said;
}

const at = (id: string, status: string, current?: number, total?: number): TransferLine => ({
  id,
  status,
  ...(current === undefined || total === undefined ? {} : { progressDetail: { current, total } }),
});

describe('engine: the progress of a pull and a push', () => {
  it('is added up over the layers; unpacking counts as fetched', () => {
    const said = read([
      at('12', 'Pulling from library/debian'),
      at('a', 'Pulling fs layer'),
      at('b', 'Already exists'),
      at('a', 'Downloading', 41e6, 120e6),
      at('c', 'Downloading', 10e6, 30e6),
      at('a', 'Download complete'),
      at('a', 'Extracting', 5, 120e6),
      at('c', 'Pull complete'),
      at('a', 'Pull complete'),
      { status: 'Digest: sha256:x' },
    ]);
    assert.deepEqual(said, [
      '0/1 layers',
      '1/2 layers',
      '1/2 layers, 41 of 120 MB',
      '1/3 layers, 51 of 150 MB',
      '1/3 layers, 130 of 150 MB',
      '1/3 layers, 130 of 150 MB',
      '2/3 layers, 150 of 150 MB',
      '3/3 layers, 150 of 150 MB',
    ]);
  });

  it('never passes the whole, though a push sends more than it said', () => {
    const said = read([at('a', 'Pushing', 900, 1000), at('a', 'Pushing', 1536, 1000), at('a', 'Pushed')], 'push');
    assert.deepEqual(said, ['0/1 layers, 1 of 1 kB', '0/1 layers, 2 of 2 kB', '1/1 layers, 2 of 2 kB']);
  });

  it('ends with the engine’s own words where it fails', () => {
    assert.throws(() => read([{ error: 'short', errorDetail: { message: 'long' } }]), { message: 'long' });
  });
});
