import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readlink, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PbfWriter } from 'pbf';
import { BuildKitReader } from '../../../src/core/engine/build-buildkit';
import { ClassicReader } from '../../../src/core/engine/build-classic';
import { contextTar } from '../../../src/core/engine/build-context';
import { buildFailure, stepLabel } from '../../../src/core/engine/build-failure';
import { numberedStep, type BuildLine } from '../../../src/core/engine/build-steps';
import { decodeTrace } from '../../../src/core/engine/build-trace';
import type { ProgressEvent } from '../../../src/core/log';

interface VertexSpec {
  readonly digest: string;
  readonly name: string;
  readonly cached?: boolean;
  readonly started?: number;
  readonly completed?: number;
  readonly error?: string;
}

function time(tag: number, ms: number | undefined, writer: PbfWriter): void {
  if (ms === undefined) return;
  writer.writeMessage(
    tag,
    (value, inner) => {
      inner.writeVarint((1 << 3) | 0);
      inner.writeVarint(Math.floor(value / 1000));
      inner.writeVarint((2 << 3) | 0);
      inner.writeVarint(Math.round((value % 1000) * 1e6));
    },
    ms,
  );
}

function text(tag: number, value: string, writer: PbfWriter): void {
  writer.writeTag(tag, 2);
  writer.writeString(value);
}

/** A message as BuildKit sends it, with fields in it that the reader does not know. */
function trace(
  vertexes: readonly VertexSpec[],
  logs: readonly [digest: string, stream: number, data: Buffer][] = [],
): BuildLine {
  const writer = new PbfWriter();
  for (const vertex of vertexes) {
    writer.writeMessage(
      1,
      (value, inner) => {
        text(1, value.digest, inner);
        text(2, 'sha256:input', inner);
        text(3, value.name, inner);
        inner.writeTag(4, 0);
        inner.writeBoolean(value.cached ?? false);
        time(5, value.started, inner);
        time(6, value.completed, inner);
        text(7, value.error ?? '', inner);
        text(99, 'later', inner);
      },
      vertex,
    );
  }
  for (const log of logs) {
    writer.writeMessage(
      3,
      ([digest, stream, data], inner) => {
        text(1, digest, inner);
        time(2, 1, inner);
        inner.writeTag(3, 0);
        inner.writeVarint(stream);
        inner.writeTag(4, 2);
        inner.writeBytes(data);
      },
      log,
    );
  }
  text(4, 'a warning', writer);
  return { id: 'moby.buildkit.trace', aux: Buffer.from(writer.finish()).toString('base64') };
}

function recorded(): { readonly events: ProgressEvent[]; readonly reader: BuildKitReader } {
  const events: ProgressEvent[] = [];
  return { events, reader: new BuildKitReader((event) => events.push(event)) };
}

const now = 1_795_000_000_000;

describe('engine: build progress', () => {
  it('decodes BuildKit’s messages, with times beyond 32 bits and unknown fields', () => {
    const line = trace(
      [{ digest: 'a', name: '[1/2] FROM x', started: now, completed: now + 250 }],
      [['a', 2, Buffer.from('é')]],
    );
    const decoded = decodeTrace(Buffer.from(line.aux as string, 'base64'));
    assert.deepEqual(decoded.vertexes, [
      { digest: 'a', name: '[1/2] FROM x', cached: false, started: now, completed: now + 250, error: '' },
    ]);
    assert.equal(decoded.logs[0]!.stream, 2);
    assert.equal(Buffer.from(decoded.logs[0]!.data).toString(), 'é');
  });

  it('tells each step’s begin and end once, with lines before the end and characters whole', () => {
    const { events, reader } = recorded();
    const step = { digest: 'b', name: '[2/3] RUN make' };
    const ship = Buffer.from('🚢 ahoy');
    reader.read(trace([{ digest: 'i', name: '[internal] load build definition', started: now, completed: now }]));
    reader.read(trace([{ digest: 'a', name: '[1/3] FROM x', cached: true, started: now, completed: now }]));
    reader.read(trace([{ ...step, started: now }], [['b', 1, ship.subarray(0, 2)]]));
    reader.read(trace([{ ...step, started: now }]));
    reader.read(trace([{ ...step, started: now, completed: now + 1200 }], [['b', 1, ship.subarray(2)]]));
    reader.read(trace([{ ...step, started: now, completed: now + 1200 }]));
    reader.read({ id: 'moby.image.id', aux: { ID: 'sha256:1' } });
    assert.deepEqual(reader.end(), { error: undefined, imageId: 'sha256:1', failed: undefined, lastLines: [] });
    assert.deepEqual(events, [
      { kind: 'build_step', index: 1, total: 3, name: 'FROM x', status: 'cached', ms: 0 },
      { kind: 'build_step', index: 2, total: 3, name: 'RUN make', status: 'started' },
      { kind: 'line', source: 'build', text: '🚢 ahoy', stream: 'stdout' },
      { kind: 'build_step', index: 2, total: 3, name: 'RUN make', status: 'done', ms: 1200 },
    ]);
  });

  it('keeps the failed step and its last lines', () => {
    const { events, reader } = recorded();
    const step = { digest: 'b', name: '[2/2] RUN apt-get install -y libfoo', started: now };
    const lines = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join('');
    reader.read(trace([step], [['b', 2, Buffer.from(`${lines}E: Unable to locate package libfoo\n`)]]));
    reader.read(trace([{ ...step, completed: now + 10, error: 'exit code: 100' }]));
    reader.read({ error: 'failed to solve', errorDetail: { message: 'failed to solve: exit code: 100' } });
    const end = reader.end();
    assert.equal(end.failed?.step?.index, 2);
    assert.equal(end.lastLines.length, 20);
    assert.equal(end.lastLines.at(-1), 'E: Unable to locate package libfoo');
    assert.equal(events.at(-1)!.kind === 'build_step' && events.at(-1)!.kind, 'build_step');
    const error = buildFailure(end);
    assert.equal(error.code, 'build_failed');
    assert.equal(error.message, 'The image build failed at apt: Unable to locate package libfoo.');
    assert.match(error.errors!.map(({ message }) => message).join('\n'), /step 2 of 2: RUN apt-get[\s\S]*line 49/);
  });

  it('reads the classic builder’s text as the same steps', () => {
    const events: ProgressEvent[] = [];
    let clock = 0;
    const reader = new ClassicReader(
      (event) => events.push(event),
      () => (clock += 5),
    );
    for (const stream of [
      'Step 1/3 : FROM debian',
      '\n',
      ' ---> 0123456789ab\n',
      'Step 2/3 : RUN a',
      '\n',
      ' ---> Using cache\n ---> 1123456789ab\n',
      'Step 3/3 : RUN b\n',
      ' ---> Running in 55\n',
      'to stdout\n',
      '\u001b[91mto stderr\n\u001b[0m',
      'Removing intermediate container 55\n ---> 2123456789ab\n',
      'Successfully built 2123456789ab\n',
    ]) {
      reader.read({ stream });
    }
    reader.read({ aux: { ID: 'sha256:2' } });
    assert.equal(reader.end().imageId, 'sha256:2');
    const told = events.map((event) =>
      event.kind === 'build_step'
        ? `${event.index}/${event.total} ${event.status}`
        : event.kind === 'line'
          ? event.stream
          : '',
    );
    assert.deepEqual(told, [
      '1/3 started',
      '1/3 done',
      '2/3 started',
      '2/3 cached',
      '3/3 started',
      'stdout',
      'stderr',
      '3/3 done',
    ]);
  });

  it('keeps the classic builder’s lines of stdout, of stderr and of its own apart, wherever a chunk ends', () => {
    const lines: string[] = [];
    const reader = new ClassicReader((event) => {
      if (event.kind === 'line') lines.push(`${event.stream}: ${event.text}`);
    });
    for (const stream of [
      'Step 1/2 : RUN apt-get install -y nope\n',
      'Building dependency tree...',
      '\u001b[91mE: Unable to \u001b[0m',
      '\n',
      '\u001b[91mlocate package nope\n\u001b[0m',
      'no line end',
      'Removing intermediate container 55\n',
      'Step 2/2 : RUN b\n',
    ]) {
      reader.read({ stream });
    }
    reader.end();
    assert.deepEqual(lines, [
      'stdout: Building dependency tree...',
      'stderr: E: Unable to locate package nope',
      'stdout: no line end',
    ]);
  });

  it('reads steps out of names', () => {
    assert.deepEqual(numberedStep('[4/9] RUN x'), { index: 4, total: 9, name: 'RUN x' });
    assert.deepEqual(numberedStep('[ 4/19] RUN x'), { index: 4, total: 19, name: 'RUN x' });
    assert.deepEqual(numberedStep('[stage-1 2/3] COPY a b'), { index: 2, total: 3, name: 'COPY a b' });
    assert.deepEqual(numberedStep('[tools 2/3] COPY a b'), { index: 2, total: 3, name: 'tools: COPY a b' });
    for (const name of ['[internal] load .dockerignore', 'exporting to image', 'x']) {
      assert.equal(numberedStep(name), undefined);
    }
  });
});

describe('engine: why a build failed', () => {
  const failed = (name: string, error: string, lastLines: string[] = []): ReturnType<typeof buildFailure> =>
    buildFailure({ error, imageId: undefined, failed: { step: numberedStep(name), name }, lastLines });

  for (const [name, label] of [
    ['RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y curl', 'apt'],
    ['RUN pip3 install --no-cache-dir numpy', 'pip'],
    ['RUN npm install -g typescript', 'npm'],
    ['RUN make all', '“RUN make all”'],
    ['RUN --mount=type=cache,target=/x /bin/sh -c : berth base && if apt-get install -y git', 'the base tools'],
    ['RUN : berth cargo && cargo install just', 'cargo'],
    ['RUN ["/bin/sh", "-ec", ": berth run 2\\napt-get install -y curl"]', 'run 2'],
    ['COPY apt install', '“COPY apt install”'],
  ] as const) {
    it(`calls it ${label}`, () => assert.equal(stepLabel(name), label));
  }

  for (const [name, words] of [
    ['[internal] load metadata for docker.io/library/nope:1', 'docker.io/library/nope:1: not found'],
    ['[1/3] FROM docker.io/library/nope:1@sha256:0123', 'failed to resolve source metadata: not found'],
    ['FROM nope:1', 'pull access denied for nope, repository does not exist'],
    ['FROM nope:1', 'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host'],
  ] as const) {
    it(`names the base image that is not there: ${name}`, () => {
      const error = failed(name, words);
      assert.equal(error.code, 'image_not_found');
      assert.match(error.message, /The image nope:1 /);
    });
  }

  it('knows a full disk by the engine’s words and by the step’s', () => {
    assert.equal(failed('[2/2] RUN x', 'write /var/lib/x: no space left on device').code, 'disk_full');
    assert.equal(failed('[2/2] RUN x', 'exit code: 1', ['dd: No space left on device']).code, 'disk_full');
  });

  it('tells a Dockerfile’s mistake in the engine’s words', () => {
    const error = failed('', 'dockerfile parse error line 2: unknown instruction: RUNN');
    assert.equal(error.code, 'build_failed');
    assert.match(error.message, /unknown instruction: RUNN/);
  });

  it('says one sentence, without colours or lines that run on', () => {
    const error = failed('[2/2] RUN x', 'exit code: 1', ['\u001b[31mERROR: it\tbroke.\u001b[0m', '']);
    assert.equal(error.message, 'The image build failed at “RUN x”: it broke.');
    const long = failed('[2/2] RUN x', 'exit code: 1', ['y'.repeat(9999)]);
    assert.ok(long.message.length < 300);
  });
});

describe('engine: build context', () => {
  it('gives the same bytes for the same files, in whatever order they come', async () => {
    const a = { path: 'b/a.txt', content: 'é' };
    const b = { path: 'a.sh', content: Buffer.from([0, 1, 2]), mode: 0o755 };
    const first = await buffer(contextTar({ dockerfile: 'FROM x', context: [a, b] }));
    const second = await buffer(contextTar({ dockerfile: 'FROM x', context: [b, a] }));
    assert.ok(first.equals(second));
    assert.ok(!first.equals(await buffer(contextTar({ dockerfile: 'FROM y', context: [a, b] }))));
  });

  it('takes no file in through a link that came in the place of its folder', async () => {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-context-')));
    try {
      for (const name of ['own', 'private']) {
        await mkdir(join(dir, name));
        await writeFile(join(dir, name, 'file'), name);
      }
      const source = join(dir, 'own/file');
      const entry = { kind: 'file', path: 'own/file', source, size: 3, mode: 0o644 } as const;
      const tar = () => buffer(contextTar({ dockerfile: 'FROM x', context: [], folder: [entry] }));
      assert.ok((await tar()).includes('own'));
      await rename(join(dir, 'own'), join(dir, 'aside'));
      await symlink('private', join(dir, 'own'));
      await assert.rejects(tar(), /was replaced by a link/);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('lets go of the file that was being read where the engine takes no more', async () => {
    const source = process.execPath; // A large file that is there.
    const { size } = await stat(source);
    const isOpen = async (): Promise<boolean> => {
      const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
      return (await Promise.all(links)).includes(source);
    };
    const folder = [{ kind: 'file', path: 'node', source, size, mode: 0o755 }] as const;
    const tar = contextTar({ dockerfile: 'FROM x', context: [], folder });
    for await (const chunk of tar.iterator({ destroyOnReturn: false })) {
      assert.ok(chunk);
      if (await isOpen()) break;
    }
    tar.destroy();
    await once(tar, 'close');
    while (await isOpen()) await nextTurn();
  });
});
