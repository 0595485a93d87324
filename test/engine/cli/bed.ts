import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shellCommand } from '../../../src/core/quote';
import { Berth, bundle, scratch, type Answer, type Call } from '../../harness/berth';

const runFile = promisify(execFile);

/** The engine that the suite was started with. */
export function engineUrl(): string {
  const url = process.env['BERTH_TEST_ENGINE'] ?? process.env['DOCKER_HOST'];
  if (url === undefined || url === '') throw new Error('BERTH_TEST_ENGINE names no engine');
  return url;
}

/** A user of Berth on the test engine, with folders to make projects of; all that was made goes with `dispose`. */
export class Bed {
  readonly dir = realpathSync(scratch());
  #berth: Berth | undefined;

  /** Made when it is first used: a bed is laid while the files are loaded, and the engine comes up after that. */
  get berth(): Berth {
    return (this.#berth ??= new Berth(engineUrl()));
  }

  /** A folder with a small template; owned by uid 1000 unless said else. */
  folder(name: string, spec: Readonly<Record<string, unknown>> = {}, owner = 1000): string {
    const folder = join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    const template = {
      apiVersion: 'devcontainer/v1',
      kind: 'Template',
      metadata: { name: 'plain', extends: 'base' },
      spec: { user: { name: 'dev' }, ...spec },
    };
    // JSON is YAML.
    writeFileSync(join(folder, 'berth.yaml'), JSON.stringify(template));
    chownSync(folder, owner, owner);
    return folder;
  }

  run(args: readonly string[], call?: Call): Promise<Answer> {
    return this.berth.run(args, call);
  }

  /** `up`, which has to succeed. @returns its JSON document */
  async up(folder: string, ...more: readonly string[]): Promise<UpDocument> {
    const { code, stdout, stderr } = await this.run(['up', folder, '--json', ...more]);
    if (code !== 0) throw new Error(`berth up ended with ${code}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as UpDocument;
  }

  async docker(...args: readonly string[]): Promise<string> {
    const env = { ...process.env, DOCKER_HOST: engineUrl() };
    return (await runFile('docker', [...args], { env })).stdout.trim();
  }

  /** Names of this bed's own containers or volumes. */
  async leftovers(kind: 'container' | 'volume'): Promise<string[]> {
    let owner: string;
    try {
      owner = readFileSync(join(this.berth.berthHome, 'owner'), 'utf8').trim();
    } catch {
      return [];
    }
    const format = kind === 'container' ? ['-a', '--format', '{{.Names}}'] : ['--format', '{{.Name}}'];
    const names = await this.docker(kind, 'ls', ...format, '--filter', `label=dev.berth.owner=${owner}`);
    return names.split('\n').filter((name) => name !== '');
  }

  async dispose(): Promise<void> {
    const containers = await this.leftovers('container');
    if (containers.length > 0) await this.docker('rm', '-f', '-v', ...containers);
    const volumes = await this.leftovers('volume');
    if (volumes.length > 0) await this.docker('volume', 'rm', '-f', ...volumes);
  }

  /** Berth on a real terminal of this size. */
  async terminal(
    args: readonly string[],
    { cwd = this.dir, columns = 80, rows = 24 }: { cwd?: string; columns?: number; rows?: number } = {},
  ): Promise<Terminal> {
    const berth = shellCommand([process.execPath, join(await bundle(), 'cli.js'), ...args]);
    const command = `stty cols ${columns} rows ${rows}; tty; exec ${berth}`;
    const env = this.berth.env({ TERM: 'xterm-256color', SHELL: '/bin/sh' });
    return new Terminal(spawn('script', ['-qfec', command, '/dev/null'], { cwd, env }));
  }
}

export interface UpDocument {
  readonly project: { readonly id: string; readonly name: string; readonly folder: string };
  readonly container: {
    readonly id: string;
    readonly name: string;
    readonly image: string;
    readonly generation: number;
    readonly state: string;
    readonly health: string;
  };
  readonly ssh: { readonly host: string; readonly command: string };
  readonly reused: boolean;
  readonly timings_ms: Readonly<Record<string, number>>;
  readonly notices: readonly string[];
}

/** A program on a terminal: what it shows, and a keyboard. */
export class Terminal {
  #shown = '';
  readonly #watchers = new Set<() => void>();
  /** The exit code. */
  readonly ended: Promise<number>;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#shown += text;
      for (const watcher of [...this.#watchers]) watcher();
    });
    this.ended = new Promise((done) => child.on('close', (code) => done(code ?? -1)));
  }

  get shown(): string {
    return this.#shown;
  }

  /** The terminal's device, to change its size from outside. */
  async device(): Promise<string> {
    return (await this.see(/^(\/dev\/\S+)/m))[1] ?? '';
  }

  type(text: string): void {
    this.child.stdin.write(text);
  }

  /** Waits until it is shown; fails when the program ends without. */
  see(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((done, failed) => {
      const look = () => {
        const found = pattern.exec(this.#shown);
        if (found === null) return;
        this.#watchers.delete(look);
        done(found);
      };
      this.#watchers.add(look);
      void this.ended.then(() => failed(new Error(`${String(pattern)} was not shown, but:\n${this.#shown}`)));
      look();
    });
  }
}
