import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createEngineConnection } from '../../../src/core/engine';
import type { ContainerSpec, Engine, EngineConnection, ExecSpec } from '../../../src/core/engine';
import { silentLogger } from '../../../src/core/log';

/** A base image that the test bed provides. */
export const base = 'debian:bookworm-slim';

/** The label by which a test finds what it made. */
export const testLabel = 'dev.berth.test';

/** The address of the engine under test. */
export function engineUrl(): string {
  const url = process.env['BERTH_TEST_ENGINE'];
  assert.ok(url !== undefined && url !== '', 'BERTH_TEST_ENGINE names no engine');
  return url;
}

export function connectionTo(url: string): EngineConnection {
  return createEngineConnection({ env: {}, log: silentLogger, url });
}

/** A connection for one suite, which removes everything that was made with its label. */
export class Bench {
  readonly mark = `engine-${randomBytes(4).toString('hex')}`;
  readonly labels = { [testLabel]: this.mark };
  #tags: string[] = [];
  #count = 0;

  private constructor(
    readonly connection: EngineConnection,
    readonly engine: Engine,
  ) {}

  static async open(): Promise<Bench> {
    const connection = connectionTo(engineUrl());
    return new Bench(connection, await connection.get());
  }

  /** A name that nobody else has. */
  name(): string {
    return `${this.mark}-${++this.#count}`;
  }

  /** A tag that is removed at the end. */
  tag(): string {
    const tag = `berth-test/${this.name()}:1`;
    this.#tags.push(tag);
    return tag;
  }

  spec(changes: Partial<ContainerSpec> = {}): ContainerSpec {
    return {
      name: this.name(),
      hostname: 'bench',
      image: base,
      labels: this.labels,
      environment: {},
      command: ['sleep', 'infinity'],
      user: '',
      workdir: '/',
      mounts: [],
      limits: {
        cpus: null,
        memoryBytes: 256 << 20,
        pids: 200,
        shmBytes: 64 << 20,
        nofile: 1024,
        gpus: 'none',
      },
      capAdd: [],
      noNewPrivileges: true,
      readOnlyRoot: false,
      seccomp: 'default',
      network: 'none',
      restartAttempts: 0,
      ...changes,
    };
  }

  async running(changes: Partial<ContainerSpec> = {}): Promise<string> {
    const id = await this.engine.createContainer(this.spec(changes));
    await this.engine.startContainer(id);
    return id;
  }

  /** Runs a process to its end. */
  async run(id: string, argv: readonly string[], more: Partial<ExecSpec> = {}): Promise<Outcome> {
    const started = await this.engine.exec(id, { argv, stdin: false, ...more });
    const [stdout, stderr, code] = await Promise.all([text(started.stdout), text(started.stderr), started.exit]);
    return { stdout, stderr, code };
  }

  async close(): Promise<void> {
    const { engine } = this;
    const left = await engine.listContainers({ labels: this.labels });
    await Promise.all(left.map(({ id }) => engine.removeContainer(id, { force: true })));
    for (const tag of this.#tags) await engine.removeImage(tag);
    for (const { name } of await engine.listVolumes({ labels: this.labels })) await engine.removeVolume(name);
    this.connection.dispose();
  }
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** Resolves once the stream has said this. */
export async function says(stream: Readable, wanted: string): Promise<void> {
  let got = '';
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      got += chunk.toString();
      if (got.includes(wanted)) resolve();
    });
    stream.once('end', () => reject(new Error(`The stream ended without "${wanted}": ${got}`)));
  });
}
