/** Bytes of a log that one call tells. */
const mostBytes = 100 * 1024;

/** The end of what two streams bring, stdout and stderr as they come. */
export async function lastLines(log: {
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  readonly ended: Promise<unknown>;
}): Promise<{ readonly text: string; readonly truncated: boolean }> {
  const chunks: Buffer[] = [];
  let all = 0;
  let kept = 0;
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    all += chunk.length;
    kept += chunk.length;
    while (kept > 2 * mostBytes && chunks.length > 1) {
      kept -= chunks.shift()?.length ?? 0;
    }
  };
  const ends = [log.stdout, log.stderr].map((stream) => {
    stream.on('data', take);
    return new Promise<void>((resolve) => void stream.once('end', resolve).once('close', resolve));
  });
  await Promise.all([log.ended, ...ends]);
  const bytes = Buffer.concat(chunks);
  return { text: bytes.subarray(Math.max(0, bytes.length - mostBytes)).toString(), truncated: all > mostBytes };
}
