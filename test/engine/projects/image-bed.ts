import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createCore, type Core } from '../../../src/core';
import { silentLogger, type ProgressEvent } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { BuildOptions, BuildResult } from '../../../src/core/projects/types';
import { engineUrl } from '../engine/fixture';
import { installation } from './fixture';

/** A road to the engine under test that writes down what is asked of it: `METHOD /path`, without the version. */
class WatchedEngine {
  readonly requests: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async open(dir: string): Promise<WatchedEngine> {
    const target = /^unix:\/\/(.+)$/.exec(engineUrl())?.[1];
    if (target === undefined) throw new Error('These tests want an engine on a socket of this machine');
    const path = join(dir, 'watched.sock');
    const server = createServer();
    const watched = new WatchedEngine(server, `unix://${path}`);
    server.on('connection', (socket) => watched.#carry(socket, createConnection(target)));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return watched;
  }

  /** Each connection carries one request, since a local engine's are not kept. */
  #carry(near: Socket, far: Socket): void {
    near.once('data', (chunk: Buffer) => {
      const [, method = '', path = ''] = /^([A-Z]+) (?:\/v[\d.]+)?([^ ?]*)/.exec(chunk.toString('latin1')) ?? [];
      this.requests.push(`${method} ${path}`);
    });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => this.#sockets.delete(one));
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Folders with templates of a name of their own, and cores that build them; images, containers and files go at the end. */
export class ImageBed {
  /** A template's name that nobody else has. */
  readonly name = `bed-${randomBytes(4).toString('hex')}`;
  readonly #cores: Core[] = [];
  readonly #tags = new Set<string>();

  private constructor(
    readonly dir: string,
    private readonly watched: WatchedEngine,
  ) {}

  static async open(): Promise<ImageBed> {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-images-')));
    return new ImageBed(dir, await WatchedEngine.open(dir));
  }

  /** A folder of the usual owner with a template, and other files beside it. */
  async folder(name: string, spec: object, files: Readonly<Record<string, string>> = {}): Promise<string> {
    const folder = join(this.dir, name);
    await mkdir(folder, { recursive: true });
    const head = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name: this.name } };
    const all = { 'berth.yaml': JSON.stringify({ ...head, spec }), ...files };
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await chown(folder, 1000, 1000);
    return folder;
  }

  /** A core with a home of its own, or another's; `env` lies over the process's own. */
  core(env: Readonly<Record<string, string>> = {}, home = 'home'): Core {
    const all = { ...process.env, BERTH_HOME: join(this.dir, home), ...env };
    const core = createCore({ log: silentLogger, env: all, actor: 'cli', installation, engineUrl: this.watched.url });
    this.#cores.push(core);
    return core;
  }

  /** Builds the folder's own template, and says what was asked of the engine meanwhile. */
  async build(core: Core, folder: string, options: BuildOptions = {}): Promise<Built> {
    const events: ProgressEvent[] = [];
    await core.engine.get();
    const from = this.watched.requests.length;
    const template = join(folder, 'berth.yaml');
    const result = await core.projects.buildImage(template, folder, options, (event) => events.push(event));
    return { ...result, events, requests: this.watched.requests.slice(from) };
  }

  /** An image that goes at the end. */
  goes(tag: string): string {
    this.#tags.add(tag);
    return tag;
  }

  async close(): Promise<void> {
    const core = this.core();
    const engine = await core.engine.get();
    for (const one of [...this.#cores]) {
      for (const row of (await one.projects.refresh()).rows) await one.projects.remove(row, { purge: true });
    }
    for (const image of await engine.listImages({ labels: { [labels.template]: this.name } })) {
      for (const tag of image.tags.length === 0 ? [image.id] : image.tags) await engine.removeImage(tag);
    }
    for (const tag of this.#tags) await engine.removeImage(tag);
    for (const one of this.#cores) one.dispose();
    await this.watched.close();
    await rm(this.dir, { recursive: true });
  }
}

export interface Built extends BuildResult {
  readonly events: readonly ProgressEvent[];
  readonly requests: readonly string[];
}

/** Requests that build, or make a container. */
export function work(requests: readonly string[]): string[] {
  return requests.filter((request) => /^POST \/(build|containers\/create|images\/create)$/.test(request));
}
