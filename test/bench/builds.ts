import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTemplates } from '../../src/core/templates';
import { startEngine } from '../harness/engine';
import { HarnessError, run } from '../harness/exec';
import { dockerCli, ensureBaseImages, type DockerCli } from '../harness/images';
import { REPOSITORY } from '../harness/paths';
import { above, sample, startsOfNode, type Samples } from './samples';
import type { Bench, Comparison, Measured } from './suite';

/** Small packages without dependencies of weight, a new one for each round. */
const additions = ['tree', 'bc', 'file', 'patch', 'zip', 'jq', 'rsync', 'ed', 'dc', 'time'] as const;

/** One way to build an image of the template with these packages more. */
interface Builder {
  readonly what: string;
  /** Writes the files down; not timed. */
  readonly prepare: (added: readonly string[]) => Promise<unknown>;
  readonly build: () => Promise<unknown>;
}

/**
 * Builds of one template: for the first time, after one more apt package, and with nothing changed; by Berth, and by what
 * a user would take instead on the Dockerfile that Berth writes for a builder without cache mounts.
 */
export async function measureBuilds({ session, rounds: asked }: Bench): Promise<Measured> {
  const rounds = Math.min(asked, additions.length);
  session.say('engine: a fresh one, so that nothing is in its cache');
  const engine = await session.keep(await startEngine());
  const docker = dockerCli(engine.socket);
  await ensureBaseImages(engine.socket, { log: session.say, names: ['debian:bookworm-slim'] });
  const root = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  await session.keep({ dispose: () => rm(root, { recursive: true, force: true }) });
  const builders = [
    await berthBuilder(root, engine.socket),
    await plainBuilder(root, engine.socket),
    await devcontainerBuilder(root, engine.socket),
  ];
  const [first, added, unchanged]: [Samples[], Samples[], Samples[]] = [[], [], []];
  for (const builder of builders) {
    session.say(`builds: ${builder.what}`);
    await builder.prepare([]);
    first.push(await sample(builder.what, rounds, builder.build, () => forget(docker)));
    let round = 0;
    added.push(
      await sample(builder.what, rounds, builder.build, () => builder.prepare(additions.slice(0, (round += 1)))),
    );
    // Berth answers from memory once the files have been left alone for two seconds; each way gets the same rest.
    await delay(2000);
    await builder.build();
    unchanged.push(await sample(builder.what, rounds * 5, builder.build));
  }
  const node = await startsOfNode(rounds * 5);
  const comparisons = [
    compare('first build', first),
    compare('one apt package added', added, [0.5]),
    compare('nothing changed', unchanged),
  ];
  const [own] = unchanged;
  if (own !== undefined) comparisons.push({ what: '', ours: above(own, node), others: [] });
  const version = (await docker(['version', '--format', '{{.Server.Version}}'])).stdout.trim();
  return { engine: version, comparisons };
}

function compare(what: string, samples: readonly Samples[], budgets: readonly number[] = []): Comparison {
  const [ours, ...others] = samples;
  if (ours === undefined) throw new HarnessError('There is nothing to compare');
  const budget = (index: number) => (budgets[index] === undefined ? {} : { atMost: budgets[index] });
  return { what, ours, others: others.map((other, index) => ({ samples: other, ...budget(index) })) };
}

/** Takes all that builds have left but the base image. */
async function forget(docker: DockerCli): Promise<void> {
  const { stdout } = await docker(['image', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Repository}}']);
  // By id, since what a newer build took the name from has none.
  const made = stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' debian'));
  const ids = [...new Set(made.map((line) => line.split(' ')[0] ?? ''))];
  if (ids.length > 0) await docker(['image', 'rm', '--force', ...ids]);
  await docker(['builder', 'prune', '--all', '--force']);
}

async function project(root: string, name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await chown(folder, 1000, 1000);
  return folder;
}

async function writeTemplate(folder: string, added: readonly string[]): Promise<string> {
  const file = join(folder, 'berth.yaml');
  const spec = { packages: { apt: ['build-essential', ...added] } };
  const template = {
    apiVersion: 'devcontainer/v1',
    kind: 'Template',
    metadata: { name: 'bench', extends: 'base' },
    spec,
  };
  await writeFile(file, JSON.stringify(template));
  return file;
}

async function berthBuilder(root: string, socket: string): Promise<Builder> {
  const folder = await project(root, 'berth');
  const env = { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined, BERTH_HOME: join(root, 'home') };
  const cli = join(REPOSITORY, 'dist/cli.js');
  return {
    what: '`berth build`',
    prepare: (added) => writeTemplate(folder, added),
    build: () => run(process.execPath, [cli, 'build', './berth.yaml'], { cwd: folder, env }),
  };
}

/** The same steps as Berth's, for a builder that knows no cache mounts; `who` keeps the caches of two builders apart. */
async function writeDockerfile(folder: string, added: readonly string[], who: string): Promise<void> {
  const file = await writeTemplate(folder, added);
  const templates = createTemplates({ builtInDir: join(REPOSITORY, 'templates'), userDir: join(folder, 'none') });
  const { dockerfile } = templates.plan(await templates.resolve(file), { uid: 1000, gid: 1000, buildkit: false });
  await writeFile(join(folder, 'Dockerfile'), dockerfile.replace('USER root', `LABEL bench=${who}\nUSER root`));
}

async function plainBuilder(root: string, socket: string): Promise<Builder> {
  const folder = await project(root, 'plain');
  const env = { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined, DOCKER_BUILDKIT: '1' };
  const docker = await buildingDocker();
  return {
    what: '`docker build`, without cache mounts',
    prepare: (added) => writeDockerfile(folder, added, 'plain'),
    build: () =>
      run(docker, ['build', '--quiet', '--tag', 'bench/plain', '--file', 'Dockerfile', folder], { cwd: folder, env }),
  };
}

async function devcontainerBuilder(root: string, socket: string): Promise<Builder> {
  const folder = await project(root, 'devcontainer');
  const env = { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined, DOCKER_BUILDKIT: '1' };
  const cli = join(REPOSITORY, 'node_modules/@devcontainers/cli/devcontainer.js');
  const docker = await buildingDocker();
  await writeFile(join(folder, '.devcontainer.json'), JSON.stringify({ build: { dockerfile: 'Dockerfile' } }));
  const args = ['build', '--workspace-folder', folder, '--image-name', 'bench/devcontainer', '--docker-path', docker];
  return {
    what: '`devcontainer build`',
    prepare: (added) => writeDockerfile(folder, added, 'devcontainer'),
    build: () => run(process.execPath, [cli, ...args], { cwd: folder, env }),
  };
}

/** A docker client that can build by BuildKit: newer ones need a plugin for it, which Debian does not have. */
async function buildingDocker(): Promise<string> {
  const plugin = await run('docker', ['buildx', 'version'], { accept: 'any' });
  if (plugin.code === 0) return 'docker';
  const debian = '/usr/bin/docker';
  return existsSync(debian) ? debian : 'docker';
}
