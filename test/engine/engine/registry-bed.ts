import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineConnection } from '../../../src/core/engine';
import type { Engine, EngineConnection } from '../../../src/core/engine';
import type { Logger } from '../../../src/core/log';
import { startRegistry, type Registry } from '../../harness/registry';
import { engineUrl } from './fixture';

/** A registry with a password, and users of the engine with a Docker config each. */
export class RegistryBed {
  readonly #connections: EngineConnection[] = [];
  /** Everything that was logged, as a person would read it. */
  readonly logged: string[] = [];

  private constructor(
    readonly registry: Registry,
    readonly folder: string,
  ) {}

  static async open(): Promise<RegistryBed> {
    return new RegistryBed(await startRegistry(), await mkdtemp(join(tmpdir(), 'berth-docker-config-')));
  }

  /** `user:password` as Docker's config has it. */
  encoded(password = this.registry.password): string {
    return Buffer.from(`${this.registry.username}:${password}`).toString('base64');
  }

  /** A Docker config folder, and a PATH with credential helpers in it. */
  async env(config: object | string, helpers: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
    const dir = await mkdtemp(join(this.folder, 'user-'));
    await writeFile(join(dir, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    for (const [name, script] of Object.entries(helpers)) {
      const file = join(dir, `docker-credential-${name}`);
      await writeFile(file, `#!/bin/sh\n${script}\n`);
      await chmod(file, 0o755);
    }
    return { DOCKER_CONFIG: dir, PATH: `${dir}:${process.env['PATH'] ?? ''}` };
  }

  /** The engine as the owner of such a config has it. */
  async engine(config: object | string, helpers?: Readonly<Record<string, string>>): Promise<Engine> {
    const log: Logger = { log: (...said) => this.logged.push(JSON.stringify(said)) };
    const connection = createEngineConnection({ env: await this.env(config, helpers), log, url: engineUrl() });
    this.#connections.push(connection);
    return connection.get();
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.dispose();
    await this.registry.dispose();
    await rm(this.folder, { recursive: true, force: true });
  }
}
