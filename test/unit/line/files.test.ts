import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { SFTPWrapper } from 'ssh2';
import { BerthError, isCancelled } from '../../../src/core/errors';
import { createRemoteFiles } from '../../../src/core/line/files';
import { sharedSftp } from '../../../src/core/line/shared-sftp';

type Done = (error: Error | null, value?: unknown) => void;

/** The answers that a write gets in a folder without the file; each call is noted, and one of them can be waited upon. */
class Channel extends EventEmitter {
  readonly asked: string[] = [];

  constructor(private readonly onWrite: () => void) {
    super();
  }

  realpath(path: string, done: Done): void {
    this.#answer('realpath', done, path);
  }

  stat(_path: string, done: Done): void {
    this.asked.push('stat');
    done(new Error('no such file'));
  }

  open(_path: string, _flags: string, _mode: number, done: Done): void {
    this.#answer('open', done, Buffer.from('handle'));
  }

  write(): void {
    this.asked.push('write');
    this.onWrite();
  }

  close(_handle: Buffer, done: Done): void {
    this.#answer('close', done);
  }

  unlink(_path: string, done: Done): void {
    this.#answer('unlink', done);
  }

  #answer(what: string, done: Done, value?: unknown): void {
    this.asked.push(what);
    done(null, value);
  }
}

const over = (sftp: () => Promise<SFTPWrapper>) =>
  createRemoteFiles({ sftp: sharedSftp(sftp), use: (work) => work(), lost: () => Promise.resolve(new Error('lost')) });

describe('Files over one channel', () => {
  it('leave the others their wait where one caller gives up', async () => {
    let refuse: (error: Error) => void = () => undefined;
    const files = over(() => new Promise((_, reject) => (refuse = reject)));
    const patience = new AbortController();
    const [impatient, patient] = [files.read('/a', patience.signal), files.read('/b')];
    patience.abort();
    await assert.rejects(impatient, isCancelled);
    refuse(new BerthError('line_failed', 'The Line is down.'));
    await assert.rejects(patient, { code: 'line_failed' });
  });

  it('close and clear away what a cancelled write had begun', async () => {
    const patience = new AbortController();
    const channel = new Channel(() => patience.abort());
    const files = over(() => Promise.resolve(channel as unknown as SFTPWrapper));
    await assert.rejects(files.write('/a', Buffer.from('text'), {}, patience.signal), isCancelled);
    assert.deepEqual(channel.asked, ['realpath', 'stat', 'open', 'write', 'close', 'unlink']);
  });
});
