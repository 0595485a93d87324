import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { createEngineConnection } from '../../../src/core/engine';
import type { ContainerSpec, Engine, EngineConnection } from '../../../src/core/engine/types';
import { createHome, type BerthHome } from '../../../src/core/home';
import { canDial } from '../../../src/core/line/dial';
import { linkDialFolder, makeDialFolder, makeDialPipe } from '../../../src/core/line/dial-folder';
import { besideDialer } from '../../../src/core/line/dialer';
import { rememberEngine } from '../../../src/core/line/engine-book';
import { createLines } from '../../../src/core/line/lines';
import type { Line, Lines, LineTarget, SessionSource } from '../../../src/core/line/types';
import { silentLogger } from '../../../src/core/log';
import { labels } from '../../../src/core/model';

const image = 'berth-test-line:1';

const dockerfile = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends openssh-server procps && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_*
RUN useradd --create-home --shell /bin/bash --uid 1000 dev && usermod -p '*' dev && useradd -m -p '*' -s /bin/bash other && mkdir /workspace && chown dev /workspace
ENV PATH=/opt/tool/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`;

/** Values that are hard to carry: quotes, dollars, blanks, line breaks, letters outside ASCII. */
export const trickyEnvironment: Readonly<Record<string, string>> = {
  LANG: 'C.UTF-8',
  PLAIN: 'plain',
  BLANKS: '  two  blanks ',
  QUOTES: `it's "quoted" \\ and \\" \\\\ back`,
  DOLLAR: '$(id) $HOME `id` ${x}',
  HASH: '# no comment',
  EQUALS: 'a=b=c',
  EMPTY: '',
  LETTERS: 'grüße ☃',
};

interface BedOptions {
  readonly idleMs?: number;
  readonly homeName?: string;
  readonly session?: SessionSource;
}

/** Sessions that may ask this machine for something: their Line goes by SSH, also where it need not for anything else. */
export const asking: SessionSource = () => Promise.resolve({ environment: {}, back: { folder: '/run/berth/asked' } });

/** One engine, one home, and what was made in them, for a suite. */
export class LineBed {
  readonly #made: string[] = [];

  private constructor(
    readonly connection: EngineConnection,
    readonly engine: Engine,
    readonly dir: string,
    readonly home: BerthHome,
    readonly lines: Lines,
  ) {}

  static async make(options: BedOptions = {}): Promise<LineBed> {
    const connection = createEngineConnection({ env: process.env, log: silentLogger });
    const engine = await connection.get();
    const dir = await mkdtemp(join(tmpdir(), 'berth-line-'));
    const home = createHome({ BERTH_HOME: join(dir, options.homeName ?? 'home') });
    if ((await engine.inspectImage(image)) === null) {
      await engine.buildImage(
        { tag: image, dockerfile, context: [], buildArgs: {}, labels: { 'dev.berth.test': 'line' }, noCache: false },
        () => undefined,
      );
    }
    await rememberEngine(home, engine);
    const lines = createLines({ engine: connection, home, ...options });
    return new LineBed(connection, engine, dir, home, lines);
  }

  /** A running container as the projects room makes it. */
  async container(
    options: {
      readonly user?: string;
      readonly projectId?: string;
      readonly suffix?: string;
      /** It connects when it is called. */
      readonly dialled?: boolean;
    } & Partial<ContainerSpec> = {},
  ): Promise<LineTarget> {
    const projectId = options.projectId ?? randomBytes(6).toString('hex');
    const user = options.user ?? 'dev';
    const alias = `berth-line-${projectId.slice(0, 6)}`;
    const dial = options.dialled === true ? await makeDialFolder(this.engine, this.home, projectId) : null;
    const command = options.command ?? ['sleep', 'infinity'];
    const id = await this.engine.createContainer({
      name: `${alias}${options.suffix ?? ''}`,
      hostname: 'line',
      image: options.image ?? image,
      labels: {
        [labels.schema]: '1',
        [labels.kind]: 'project',
        [labels.owner]: await this.home.owner(),
        [labels.project]: projectId,
        [labels.name]: 'line',
        [labels.user]: user,
      },
      environment: options.environment ?? trickyEnvironment,
      command: dial === null ? command : besideDialer(dial.pipe, command),
      ...(dial === null ? {} : { dial }),
      user: 'root',
      workdir: '/workspace',
      mounts: [{ kind: 'tmpfs', target: '/run/berth', mode: 0o755 }],
      limits: { cpus: 2, memoryBytes: 2 ** 30, pids: 1000, shmBytes: 2 ** 26, nofile: 2048, gpus: 'none' },
      capAdd: options.capAdd ?? [],
      noNewPrivileges: true,
      readOnlyRoot: false,
      seccomp: 'default',
      // What is forwarded comes through the exec stream: no test needs a network, and not having one shows that.
      network: 'none',
      restartAttempts: 0,
    });
    this.#made.push(id);
    if (dial !== null) {
      await makeDialPipe({ dial });
      await linkDialFolder(this.home, { dial }, id);
    }
    await this.engine.startContainer(id);
    if (options.dialled === true) await answers(this.home, id);
    const { environment } = (await this.engine.inspectContainer(id))!;
    return { containerId: id, projectId, alias, user, workspacePath: '/workspace', environment };
  }

  line(target: LineTarget): Line {
    return this.lines.get(target);
  }

  async dispose(): Promise<void> {
    this.lines.dispose();
    for (const id of this.#made) await this.engine.removeContainer(id, { force: true });
    await rm(this.dir, { recursive: true, force: true });
    this.connection.dispose();
  }
}

/** Waits until a container that has just started can be called. */
export async function answers(home: BerthHome, id: string): Promise<void> {
  for (const end = Date.now() + 20_000; !canDial(home, id);) {
    if (Date.now() > end) throw new Error(`${id} cannot be called`);
    await delay(5);
  }
}

/** What a command says, run as somebody: by the Line as the login user, by the engine as any other. */
export const saidBy =
  (line: Line) =>
  async (user: string, ...argv: string[]): Promise<string> => {
    const command = await line.run({ argv, user });
    command.stderr.resume();
    return (await text(command.stdout)).trim();
  };

/** The processes that wait for a command, once there are some. */
export async function waitingOn(line: Line): Promise<string[]> {
  const ask = saidBy(line);
  for (;;) {
    const pids = (await ask('root', 'pgrep', '-f', ' berth-waits$')).split('\n').filter((pid) => pid !== '');
    if (pids.length >= 2) return pids;
    await ask('dev', 'true');
  }
}
