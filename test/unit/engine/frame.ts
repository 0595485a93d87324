/** A frame of an engine's multiplexed stream (see frames.ts): 1 is stdout, 2 is stderr. */
export function frame(stream: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}
