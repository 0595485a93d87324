import { PbfReader } from 'pbf';

/** A step of BuildKit's graph. Times in milliseconds since the epoch, undefined while they have not come. */
export interface Vertex {
  digest: string;
  name: string;
  cached: boolean;
  started?: number;
  completed?: number;
  error: string;
}

/** A piece of what a step wrote: 1 stdout, 2 stderr. */
export interface VertexLog {
  vertex: string;
  stream: number;
  data: Uint8Array;
}

/** What one message tells: steps that are new or have changed, and what was written since the last. */
export interface Trace {
  vertexes: Vertex[];
  logs: VertexLog[];
}

/**
 * Decodes one `moby.buildkit.trace` message. Field numbers: StatusResponse, Vertex and VertexLog in BuildKit's
 * api/services/control/control.proto. Unknown fields are passed over.
 */
export function decodeTrace(bytes: Uint8Array): Trace {
  return new PbfReader(bytes).readFields(readTrace, { vertexes: [], logs: [] });
}

function readTrace(field: number, trace: Trace, reader: PbfReader): void {
  if (field === 1) {
    trace.vertexes.push(reader.readMessage(readVertex, { digest: '', name: '', cached: false, error: '' }));
  } else if (field === 3) {
    trace.logs.push(reader.readMessage(readLog, { vertex: '', stream: 1, data: new Uint8Array() }));
  }
}

function readVertex(field: number, vertex: Vertex, reader: PbfReader): void {
  if (field === 1) vertex.digest = reader.readString();
  else if (field === 3) vertex.name = reader.readString();
  else if (field === 4) vertex.cached = reader.readBoolean();
  else if (field === 5) vertex.started = readTime(reader);
  else if (field === 6) vertex.completed = readTime(reader);
  else if (field === 7) vertex.error = reader.readString();
}

function readLog(field: number, log: VertexLog, reader: PbfReader): void {
  if (field === 1) log.vertex = reader.readString();
  else if (field === 3) log.stream = reader.readVarint();
  else if (field === 4) log.data = reader.readBytes();
}

/** A google.protobuf.Timestamp: seconds in field 1, nanoseconds in field 2. */
function readTime(reader: PbfReader): number {
  const time = reader.readMessage(
    (field, value: { seconds: number; nanos: number }, inner) => {
      if (field === 1) value.seconds = inner.readVarint(true);
      else if (field === 2) value.nanos = inner.readVarint(true);
    },
    { seconds: 0, nanos: 0 },
  );
  return time.seconds * 1000 + time.nanos / 1e6;
}
