import { appendFile, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createHome } from '../../src/core/home';
import { labels } from '../../src/core/model';
import type { Editor } from '../harness/editors';
import { dockerCli, type DockerCli } from '../harness/images';
import { openRemoteWindow, openWorkbench, type Workbench, type WorkbenchOptions } from '../harness/workbench';
import { EngineSwitch } from './engine-switch';
import { Hands } from './story-hands';

export interface StageOptions {
  readonly editor: Editor;
  /** A copy of the example in a folder of the story's own: its container belongs to it, and goes at the end. */
  readonly folder: string;
  /** Loads the extension from its source folder; or an installed package. */
  readonly extensionDir?: string;
  readonly vsix?: string;
  /** The engine's address. */
  readonly engine: string;
  /** Given where the engine is this run's own and may be killed; a person's is only cut off from the editor. */
  readonly power?: { kill(): Promise<void>; start(): Promise<void> };
  /** What the extension host is given beside this process's environment: BERTH_HOME, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly theme?: string;
}

/** What the story plays on: an engine, a window of the editor, for a while a second one that is open in the container. */
export class Stage {
  readonly hands: Hands;
  /** The docker CLI on the real engine, as somebody else would use it. */
  readonly docker: DockerCli;
  /** Of the story's own, beside its folder. */
  readonly sshConfig: string;
  readonly scratch: string;
  /** What the next picture is of. */
  front: Page;
  /** What *Open* handed to the editor; empty until then. */
  handedOver = '';
  #remote: Workbench | undefined;
  readonly #images = new Set<string>();

  private constructor(
    readonly options: StageOptions,
    private readonly window: Workbench,
    private readonly way: EngineSwitch,
  ) {
    this.hands = new Hands(window.page);
    this.front = window.page;
    this.docker = dockerCli(options.engine);
    this.scratch = join(options.folder, '..');
    this.sshConfig = join(this.scratch, 'ssh_config');
  }

  static async open(options: StageOptions): Promise<Stage> {
    await makeItsOwn(options.folder);
    const way = new EngineSwitch(join(options.folder, '..', 'engine.sock'), options.engine);
    await way.on();
    try {
      const { editor, vsix } = options;
      const window = { ...windowOptions(options, way), ...(vsix === undefined ? {} : { vsix }) };
      return new Stage(options, await openWorkbench(editor, window), way);
    } catch (error) {
      await way.off();
      throw error;
    }
  }

  async killEngine(): Promise<void> {
    await this.options.power?.kill();
    await this.way.off();
  }

  async startEngine(): Promise<void> {
    await this.options.power?.start();
    await this.way.on();
  }

  /** A window whose remote is `ssh-remote+<alias>`, as the editor has after *Open*; in front until it is closed. */
  async openRemote(alias: string): Promise<void> {
    // What was installed for the first window is there for this one.
    const extensionsDir = join(this.window.server.userDataDir, 'extensions');
    const options = { ...windowOptions(this.options, this.way), extensionsDir };
    this.#remote = await openRemoteWindow(this.options.editor, alias, options);
    this.front = this.#remote.page;
  }

  /** The hands in the remote window. */
  get remote(): Hands {
    if (this.#remote === undefined) throw new Error('no remote window is open');
    return new Hands(this.#remote.page);
  }

  async closeRemote(): Promise<void> {
    await this.#remote?.dispose();
    this.#remote = undefined;
    this.front = this.window.page;
  }

  /** The story's containers, whatever state they are in; remembers their images for the end. */
  async containers(): Promise<string[]> {
    const filter = await this.#mine();
    const { stdout } = await this.docker(['ps', '--all', '--filter', filter, '--format', '{{.ID}} {{.Image}}']);
    const rows = linesOf(stdout).map((line) => line.split(' '));
    for (const [, image] of rows) if (image !== undefined) this.#images.add(image);
    return rows.map(([id = '']) => id);
  }

  /** Closes the windows, and takes from the engine what a story that broke off has left there. */
  async dispose(): Promise<void> {
    await this.closeRemote();
    await this.window.dispose();
    await this.way.off();
    const containers = await this.containers();
    if (containers.length > 0) await this.docker(['rm', '--force', ...containers], { accept: 'any' });
    const volumes = await this.docker(['volume', 'ls', '--quiet', '--filter', await this.#mine()]);
    for (const name of linesOf(volumes.stdout)) await this.docker(['volume', 'rm', name], { accept: 'any' });
    for (const image of this.#images) await this.docker(['image', 'rm', image], { accept: 'any' });
  }

  /** Nobody else's: the story has a Berth home, and so an owner's id, of its own. */
  async #mine(): Promise<string> {
    return `label=${labels.owner}=${await createHome(this.options.env).owner()}`;
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** A step that no build before had, so that there is one to watch; and a script for *Run Command…* to find. */
async function makeItsOwn(folder: string): Promise<void> {
  const nonce = randomBytes(4).toString('hex');
  const step = `for n in 1 2 3 4; do echo "tool $n of 4"; sleep 1; done # ${nonce}`;
  await appendFile(join(folder, 'berth.yaml'), `  run:\n    - ${JSON.stringify(step)}\n`);
  await writeFile(join(folder, 'Makefile'), 'lint:\n\tpython lint.py\n');
}

function windowOptions(options: StageOptions, way: EngineSwitch): WorkbenchOptions {
  const { folder, extensionDir, env, theme } = options;
  return {
    folder,
    ...(extensionDir === undefined ? {} : { extensionDir }),
    trust: true,
    env: { ...env, DOCKER_HOST: way.address, DOCKER_CONTEXT: undefined },
    timeout: 120_000,
    settings: {
      'workbench.colorTheme': theme ?? 'Default Dark Modern',
      // A picture in the middle of a fade shows nothing that a person would see.
      'workbench.reduceMotion': 'on',
      // Drawn as text rather than on a canvas, so that what a terminal shows can be read.
      'terminal.integrated.gpuAcceleration': 'off',
      'remote.SSH.configFile': join(folder, '..', 'ssh_config'),
    },
  };
}
