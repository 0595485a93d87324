import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createCore, type Core } from '../../src/core';
import type { CommandRunner } from '../../src/core/command';
import { noProgress, silentLogger } from '../../src/core/log';
import type { ProjectRow } from '../../src/core/model';
import { userKey } from '../../src/core/line/keys';
import { shellCommand } from '../../src/core/quote';
import { run } from '../harness/exec';
import type { DockerCli } from '../harness/images';
import { REPOSITORY } from '../harness/paths';
import { bulk } from './bulk';
import { above, byTurns, p95, sample } from './samples';
import { secretsAtStart } from './secrets';
import type { Bench, Measured } from './suite';

const cli = join(REPOSITORY, 'dist/cli.js');
const devcontainer = join(REPOSITORY, 'node_modules/@devcontainers/cli/devcontainer.js');
const node = (args: readonly string[], options: Parameters<typeof run>[2] = {}) => run(process.execPath, args, options);

/** Commands in a running container, whole processes, `up` and ssh; each beside the docker CLI and the Dev Containers CLI. */
export async function measureCommands(bench: Bench): Promise<Measured> {
  const { session, rounds } = bench;
  const engine = await bench.engine();
  const { docker } = engine;
  const root = await bench.folder();
  const folder = join(root, 'project');
  await mkdir(folder);
  await writeFile(join(folder, 'berth.yaml'), starter);
  await chown(folder, 1000, 1000);
  const env = { ...engine.env, BERTH_HOME: join(root, 'home') };
  const core = createCore({
    log: silentLogger,
    actor: 'cli',
    env: { ...process.env, ...env },
    installation: REPOSITORY,
  });
  const letGo = (): Promise<void> => {
    core.dispose();
    return Promise.resolve();
  };
  await session.keep({ dispose: letGo });
  session.say('commands: the container');
  const { row } = await core.projects.up(folder, {}, noProgress);
  const container = row.containerName;
  const few = rounds * 3;
  session.say('commands: one by one');
  const [floor, dockerExec, whole] = await byTurns(rounds * 10, [
    { what: '`node -e 0`', work: () => node(['-e', '0']) },
    { what: '`docker exec`', work: () => docker(['exec', container, 'true']) },
    { what: '`berth exec`', work: () => node([cli, 'exec', '--', 'true'], { cwd: folder, env }) },
  ]);
  const line = await core.projects.line(row);
  await line.connect();
  const overLine = await sample('the Line', rounds * 100, () => finished(line));
  const runner = await core.projects.runner(row);
  const byEngine = await sample('the engine’s exec API', rounds * 10, () => finished(runner));
  const others = ['--container-id', row.container ?? ''];
  const theirExec = await sample('`devcontainer exec`', few, () =>
    node([devcontainer, 'exec', ...others, 'true'], { env }),
  );

  session.say('commands: in bulk');
  const places = { cwd: folder, env };
  const moved = await bulk(
    {
      ...{ line, docker, container, folder: root },
      berth: { argv: [process.execPath, cli, 'exec', '--'], ...places },
      plain: { argv: ['docker', '-H', engine.socket, 'exec', container], ...places },
      sftp: await copier(core, row, env, docker, engine.socket),
    },
    rounds,
  );

  session.say('commands: up');
  const theirs = await devcontainerUp(root, row, env, docker);
  const forget = () => docker(['rm', '--force', 'bench-plain'], { accept: 'any' });
  let now = row;
  const [first, plain, theirFirst] = await byTurns(few, [
    {
      what: '`berth up`',
      work: async () => {
        now = (await core.projects.up(folder, {}, noProgress)).row;
        await finished(await core.projects.line(now));
      },
      // The container is made anew each time, with its volumes and its image kept.
      before: () => core.projects.remove(now, { purge: false }),
    },
    { what: '`docker run -d` and `docker exec`', work: () => firstByDocker(docker, row), before: forget },
    { what: '`devcontainer up`', work: theirs.up, before: theirs.remove },
  ]);
  await forget();
  const again = await sample('`berth up`', rounds * 10, () => core.projects.up(folder, {}, noProgress));
  const theirAgain = await sample('`devcontainer up`', few, theirs.up);
  await theirs.remove();
  session.say('commands: secrets');
  const secrets = await secretsAtStart(core, root, rounds);

  session.say('commands: ssh');
  const { bySsh, byDockerProxy } = await logins(core, row, env, docker, engine.socket, rounds * 5);
  await core.projects.remove(row, { purge: true });
  return {
    engine: engine.version,
    comparisons: [
      {
        what: 'a command in a running container',
        ours: overLine,
        others: [
          { samples: byEngine },
          { samples: dockerExec, atMost: 1 / 15 },
          { samples: theirExec, atMost: 1 / 100 },
        ],
      },
      {
        what: 'a command as a whole process',
        ours: above(whole, floor),
        others: [{ samples: dockerExec, atMost: 1.2 }],
      },
      {
        what: 'first `up` with the image there, until a command has run',
        ours: first,
        others: [
          { samples: plain, atMost: 1.3 },
          { samples: theirFirst, atMost: 1 / 3 },
        ],
      },
      {
        what: '`up` of a running project',
        ours: again,
        others: [{ samples: theirAgain, atMost: 1 / 20 }],
      },
      secrets,
      {
        what: '`ssh <alias> true`',
        ours: above(bySsh, floor),
        others: [{ samples: byDockerProxy, atMost: 1.1 }],
      },
      ...moved,
    ],
    figures: [
      {
        what: 'a command in a running container, p95',
        how: 'over the Line, beside the p95 of `docker exec`',
        value: p95(overLine) / p95(dockerExec),
        unit: '×',
        atMost: 1 / 15,
      },
    ],
  };
}

const starter = `apiVersion: devcontainer/v1
kind: Template
metadata: { name: bench, extends: base }
`;

async function finished(runner: CommandRunner): Promise<void> {
  const running = await runner.run({ argv: ['true'] });
  running.stdout.resume();
  running.stderr.resume();
  await running.exit;
}

async function firstByDocker(docker: DockerCli, row: ProjectRow): Promise<void> {
  await docker(['run', '--detach', '--init', '--name', 'bench-plain', row.image, 'sleep', 'infinity']);
  await docker(['exec', 'bench-plain', 'true']);
}

type Env = Readonly<Record<string, string | undefined>>;

/** What the Dev Containers CLI does for a folder with the same image, and how all of it goes away. */
async function devcontainerUp(root: string, row: ProjectRow, env: Env, docker: DockerCli) {
  const folder = join(root, 'theirs');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.devcontainer.json'), JSON.stringify({ image: row.image, remoteUser: row.user }));
  return {
    up: () => node([devcontainer, 'up', '--workspace-folder', folder], { env }),
    remove: async (): Promise<void> => {
      const filter = `label=devcontainer.local_folder=${folder}`;
      const { stdout } = await docker(['ps', '--all', '--quiet', '--filter', filter]);
      const ids = stdout.split('\n').filter((id) => id !== '');
      if (ids.length > 0) await docker(['rm', '--force', ...ids]);
    },
  };
}

/** The system's ssh, through Berth's ProxyCommand and through one that is nothing but `docker exec`. */
async function logins(core: Core, row: ProjectRow, env: Env, docker: DockerCli, socket: string, times: number) {
  const config = join(core.home.sshDir, 'config');
  const own = () => run('ssh', ['-F', config, row.alias, 'true'], { env });
  await own();
  const proxy = await dockerProxy(core, row, docker, socket);
  const plain = () => run('ssh', ['-F', config, '-o', proxy, row.alias, 'true'], { env });
  const [bySsh, byDockerProxy] = await byTurns(times, [
    { what: '`ssh <alias> true`', work: own },
    { what: 'the same with `docker exec` as ProxyCommand', work: plain },
  ]);
  return { bySsh, byDockerProxy };
}

/** The system's sftp, by the same two ways. */
async function copier(core: Core, row: ProjectRow, env: Env, docker: DockerCli, socket: string) {
  const config = join(core.home.sshDir, 'config');
  await run('ssh', ['-F', config, row.alias, 'true'], { env });
  const proxy = await dockerProxy(core, row, docker, socket);
  return (file: string, to: string, by?: 'docker') => {
    const through = by === undefined ? [] : ['-o', proxy];
    const input = `put ${file} ${to}\n`;
    return run('sftp', ['-q', '-F', config, ...through, '-b', '-', row.alias], { env, input });
  };
}

/** An option for ssh: the container's sshd by `docker exec` alone, once a person has logged in by Berth. */
async function dockerProxy(core: Core, row: ProjectRow, docker: DockerCli, socket: string): Promise<string> {
  // Berth's own Line has another one, which does not know a person's key.
  const { publicKey } = await userKey(core.home);
  const mine = `grep -lF ${shellCommand([publicKey])} /run/berth/*/authorized_keys`;
  const { stdout } = await docker(['exec', '-u', 'root', row.containerName, 'sh', '-c', mine]);
  const sshd = ['/usr/sbin/sshd', '-i', '-f', join(dirname(stdout.trim().split('\n')[0] ?? ''), 'sshd_config')];
  const words = ['docker', '-H', socket, 'exec', '-i', '-u', 'root', row.containerName, ...sshd];
  return `ProxyCommand=${shellCommand(words)}`;
}
