import { PassThrough, Readable } from 'node:stream';
import { demultiplex, FrameError, type Demultiplexed } from './frames';

/** The two outputs of a process or a log: taken apart where there is no terminal, as it is where there is one. */
export function outputsOf(source: Readable, tty: boolean): Demultiplexed {
  if (!tty) return demultiplex(source);
  const stdout = new PassThrough();
  const stderr = Readable.from([]);
  const ended = new Promise<void>((resolve, reject) => {
    let over = false;
    const finish = (error?: Error): void => {
      if (over) return;
      over = true;
      stdout.end();
      if (error === undefined) resolve();
      else reject(error);
    };
    source.on('end', () => finish());
    source.on('error', finish);
    source.on('close', () => finish(new FrameError('The engine’s stream was cut off')));
  });
  ended.catch(() => undefined);
  source.pipe(stdout, { end: false });
  return { stdout, stderr, ended };
}
