import { chown, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createCore, type Core } from '../../../src/core';
import type { CommandRunner } from '../../../src/core/command';
import { noProgress, silentLogger } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { run } from '../../harness/exec';

const installation = resolve(__dirname, '../../..');

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A person's machine: a home with git's own settings in it, one project with a container, and repositories to push to. */
export class GitBed {
  row!: ProjectRow;
  #cores: Core[] = [];

  private constructor(
    readonly dir: string,
    readonly folder: string,
    /** Repositories to push to. */
    readonly served: string,
  ) {}

  static async create(name: string, settings: string): Promise<GitBed> {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-git-')));
    const bed = new GitBed(dir, join(dir, 'work', name), join(dir, 'served'));
    await mkdir(bed.folder, { recursive: true });
    await mkdir(bed.served);
    await mkdir(join(dir, 'user'));
    await writeFile(join(dir, 'user', '.gitconfig'), settings);
    await run('git', ['init', '--quiet', '--bare', join(bed.served, 'project.git')]);
    await run('git', ['init', '--quiet', '--initial-branch=main', bed.folder]);
    return bed;
  }

  /** What a process of the person's has in its environment. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
    return {
      ...process.env,
      HOME: join(this.dir, 'user'),
      BERTH_HOME: join(this.dir, 'home'),
      SSH_AUTH_SOCK: undefined,
      ...more,
    };
  }

  /** A core as another process would have it. */
  core(more: Readonly<Record<string, string>> = {}): Core {
    const engineUrl = process.env['BERTH_TEST_ENGINE'] ?? '';
    const core = createCore({ log: silentLogger, actor: 'cli', env: this.env(more), installation, engineUrl });
    this.#cores.push(core);
    return core;
  }

  async template(spec: string): Promise<void> {
    const head = 'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: plain, extends: base }\n';
    await writeFile(join(this.folder, 'berth.yaml'), `${head}spec:\n  user: { name: dev }\n${spec}`);
  }

  async up(core: Core): Promise<ProjectRow> {
    await run('chown', ['-R', '1000:1000', this.folder]);
    this.row = (await core.projects.up(this.folder, {}, noProgress)).row;
    return this.row;
  }

  /** A core's way to the container: the Line, as an editor window has it, or that of a one-shot command. */
  async road(core: Core, road: 'line' | 'one-shot'): Promise<CommandRunner> {
    await core.projects.refresh();
    return road === 'line' ? core.projects.line(this.row) : core.projects.runner(this.row);
  }

  /** Runs a line of shell in the workspace. */
  async say(runner: CommandRunner, script: string, user?: string): Promise<Said> {
    const spec = { argv: ['/bin/sh', '-c', script], timeoutMs: 40_000, ...(user === undefined ? {} : { user }) };
    const command = await runner.run(spec);
    // Under the heaviest load a push was seen to stand still: what it waits for is told then.
    const over = new AbortController();
    const stuck = delay(30_000, undefined, { signal: over.signal }).then(
      () => this.#whatRuns(runner).catch(String),
      () => '',
    );
    const [stdout, stderr, { code }] = await Promise.all([text(command.stdout), text(command.stderr), command.exit]);
    over.abort();
    return { code, stdout, stderr: stderr + (await stuck) };
  }

  /** The container's processes with what each waits for, its connections, and the sockets behind which Berth answers. */
  async #whatRuns(runner: CommandRunner): Promise<string> {
    const look =
      'ps -eo pid,ppid,etime,wchan:20,args; cat /proc/net/tcp /proc/net/unix; ls -l --full-time /run/berth/*-git';
    const command = await runner.run({ argv: ['/bin/sh', '-c', look], user: 'root', timeoutMs: 10_000 });
    command.stderr.resume();
    return `\nstill running after 30 s:\n${await text(command.stdout)}`;
  }

  /** Where the container reaches this machine. */
  async gateway(runner: CommandRunner): Promise<string> {
    const { stdout } = await this.say(runner, `awk '$2 == "00000000" { print $3; exit }' /proc/net/route`);
    const bytes = stdout.trim().match(/../g) ?? [];
    return bytes
      .reverse()
      .map((byte) => parseInt(byte, 16))
      .join('.');
  }

  /** The newest commit that was pushed. */
  async pushed(format = '%s'): Promise<string> {
    const repository = join(this.served, 'project.git');
    const { stdout } = await run('git', ['-C', repository, 'log', '-1', `--format=${format}`, 'main']);
    return stdout.trim();
  }

  async give(file: string, name: string): Promise<void> {
    await cp(file, join(this.folder, name));
    await chown(join(this.folder, name), 1000, 1000);
  }

  read(...parts: readonly string[]): Promise<string> {
    return readFile(join(this.dir, ...parts), 'utf8');
  }

  async dispose(): Promise<void> {
    const core = this.core();
    const { rows } = await core.projects.refresh();
    for (const row of rows) await core.projects.remove(row, { purge: true });
    for (const each of this.#cores) each.dispose();
    await rm(this.dir, { recursive: true, force: true });
  }
}
