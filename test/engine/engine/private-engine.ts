import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineUrl } from './fixture';

/** A Docker Engine of a test's own that may be killed, started again and filled up; its data lie on a small tmpfs. */
export class PrivateEngine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'berth-private-engine-'));
  readonly url = `unix://${this.#folder}/docker.sock`;
  #process: ChildProcess | undefined;

  /** @param megabytes how much its disk holds */
  constructor(megabytes: number) {
    execFileSync('mkdir', ['-p', this.#data]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.#data]);
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** Returns when it answers. */
  async start(): Promise<void> {
    const { url } = this;
    const at = (name: string): string => join(this.#folder, name);
    const roots = ['--data-root', this.#data, '--exec-root', at('exec'), '--pidfile', at('pid')];
    // In a network namespace of its own: engines share the name of the default bridge, and one that is started with
    // other network options takes that bridge away from all others on the machine. In a mount namespace of its own, so
    // that no mount of its own outlives it.
    const child = spawn('unshare', ['--net', '--mount', 'dockerd', '-H', url, ...roots], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes('API listen on')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`The private engine ended:\n${log.slice(-2000)}`)));
    });
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }

  /** Copies an image over from the engine under test. */
  load(image: string): void {
    assert.match(image, /^[\w.:/-]+$/);
    execFileSync('sh', ['-c', `docker -H "$1" save ${image} | docker -H "$2" load -q`, 'sh', engineUrl(), this.url]);
  }

  async dispose(): Promise<void> {
    await this.stop();
    execFileSync('umount', ['-R', this.#data]);
    rmSync(this.#folder, { recursive: true });
  }
}
