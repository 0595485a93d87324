import { mkdir, mkdtemp, realpath, rm, writeFile, chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createCore } from '../../../src/core';
import type { Core } from '../../../src/core';
import { silentLogger } from '../../../src/core/log';
import { noProgress } from '../../../src/core/log';
import type { Progress } from '../../../src/core/log';
import type { UpOptions, UpResult } from '../../../src/core/projects/types';

/** The repository's root, where the built-in templates lie. */
export const installation = resolve(__dirname, '../../..');

/** A core with a home of its own on the test engine, and folders to make projects of; all gone with `dispose`. */
export class Fixture {
  private constructor(
    readonly dir: string,
    readonly core: Core,
  ) {}

  static async create(engineUrl?: string): Promise<Fixture> {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-test-')));
    return new Fixture(dir, Fixture.coreAt(join(dir, 'home'), engineUrl));
  }

  /** Another core on the same or another home, as a second process would have it. The caller disposes it. */
  static coreAt(home: string, engineUrl = process.env['BERTH_TEST_ENGINE'] ?? ''): Core {
    return createCore({
      log: silentLogger,
      actor: 'cli',
      env: { ...process.env, BERTH_HOME: home },
      installation,
      engineUrl,
    });
  }

  /** A folder of the usual owner (uid 1000) with a small template on the plain Debian base. */
  async folder(name: string, spec = '', owner = 1000): Promise<string> {
    const folder = join(this.dir, 'work', name);
    await mkdir(folder, { recursive: true });
    await this.writeTemplate(folder, spec);
    await chown(folder, owner, owner);
    return folder;
  }

  writeTemplate(folder: string, spec: string): Promise<void> {
    return this.#write(folder, '{ name: plain, extends: base }', spec);
  }

  /** A template that extends nothing, for an image that has all: no package is asked for, and no network needed. */
  writeBare(folder: string, spec: string): Promise<void> {
    return this.#write(folder, '{ name: plain }', spec);
  }

  #write(folder: string, metadata: string, spec: string): Promise<void> {
    const head = `apiVersion: devcontainer/v1\nkind: Template\nmetadata: ${metadata}\nspec:\n  user: { name: dev }\n`;
    return writeFile(join(folder, 'berth.yaml'), head + spec);
  }

  up(folder: string, options: UpOptions = {}, progress: Progress = noProgress): Promise<UpResult> {
    return this.core.projects.up(folder, options, progress);
  }

  async dispose(): Promise<void> {
    const { rows } = await this.core.projects.refresh();
    for (const row of rows) await this.core.projects.remove(row, { purge: true });
    this.core.dispose();
    await rm(this.dir, { recursive: true });
  }
}
