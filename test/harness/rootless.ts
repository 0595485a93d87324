import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { cached } from './cache';
import { HarnessError, onPath, run, tail } from './exec';
import { ensurePackages } from './packages';
import { end, processesWith } from './processes';
import { endGroup } from './server';

export type RootlessKind = 'docker' | 'podman';

/** An engine that a user without rights has started, on a socket of its own. */
export interface RootlessEngine {
  /** `unix://…` */
  readonly socket: string;
  /** Numbers of the user that it runs as. */
  readonly uid: number;
  readonly gid: number;
  /** Copies an image over from another engine, unless it is there already, and lets go of those of earlier runs. */
  load(from: string, image: string): Promise<void>;
  dispose(): Promise<void>;
}

/** Whose engines they are: a login without a password, made once, with numbers of its own for containers. */
const user = 'berth-rootless';
const home = `/var/lib/${user}`;
const dockerScript = '/usr/share/docker.io/contrib/dockerd-rootless.sh';
const programs = ['podman', 'catatonit', 'rootlesskit', 'newuidmap', 'setpriv', 'useradd', 'dockerd'];

/** Installs what engines without rights need, where this machine lacks it, and makes their user. */
export async function ensureRootless(log?: (line: string) => void): Promise<void> {
  const there = async () => existsSync(dockerScript) && (await Promise.all(programs.map(onPath))).every(Boolean);
  await ensurePackages(['docker.io', 'podman', 'catatonit', 'rootlesskit', 'uidmap'], there, log);
  if (process.getuid?.() !== 0) throw new HarnessError('Only root may start engines of another user: run this as root');
  if ((await run('id', [user], { accept: 'any' })).code === 0) return;
  await run('useradd', ['--create-home', '--home-dir', home, '--shell', '/bin/sh', user]);
}

/**
 * Starts one, without a network for its containers: that would take a device that not every machine gives its users.
 * Images stay in the user's home for the next run; one run at a time has it.
 */
export async function startRootless(kind: RootlessKind): Promise<RootlessEngine> {
  await ensureRootless();
  const release = await lock(cached('locks', `rootless-${kind}`), {
    realpath: false,
    stale: 20_000,
    retries: { retries: 2000, minTimeout: 300, maxTimeout: 1000 },
  });
  const state = await mkdtemp(join(tmpdir(), 'berth-rootless-'));
  const number = async (flag: string) => Number((await run('id', [flag, user])).stdout);
  const [uid, gid] = [await number('-u'), await number('-g')];
  await chown(state, uid, gid);
  await chmod(state, 0o700);
  // Podman remembers where this was, and starts nowhere else.
  const runtime = join(home, `${kind}-runtime`);
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  await chown(runtime, uid, gid);
  const socket = `unix://${state}/engine.sock`;
  const child = spawn('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', ...commandOf(kind, socket)], {
    cwd: home,
    detached: true,
    env: await environment(runtime, state),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-50_000)));
  }
  child.on('error', (error) => (said += String(error)));
  const docker = (...args: readonly string[]) => run('docker', ['-H', socket, ...args], { accept: 'any' });
  const dispose = async () => {
    await endGroup(child, 10_000);
    // Podman leaves a process behind that keeps the user's name space.
    end(processesWith('environ', [`BERTH_ROOTLESS=${state}`]), 'SIGKILL');
    // What lies there may belong to the user's further numbers, which root alone can remove.
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
    await release();
  };
  try {
    const deadline = Date.now() + 60_000;
    while ((await docker('version')).code !== 0) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new HarnessError(`A rootless ${kind} does not start:\n${tail(said)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    socket,
    uid,
    gid,
    dispose,
    async load(from, image) {
      if ((await docker('image', 'inspect', image)).code === 0) return;
      const before = (await docker('image', 'ls', '--quiet')).stdout.split('\n').filter((id) => id !== '');
      if (before.length > 0) await docker('image', 'rm', '--force', ...new Set(before));
      const copy = 'docker -H "$1" save "$3" | docker -H "$2" load --quiet';
      await run('sh', ['-c', copy, 'sh', from, socket, image]);
      // Podman takes a bare name for one of this machine's own, and looks for it under the registry's.
      if (kind === 'podman') await docker('tag', `localhost/${image}`, `docker.io/${image}`);
    },
  };
}

function commandOf(kind: RootlessKind, socket: string): readonly string[] {
  if (kind === 'podman') return ['podman', 'system', 'service', '--time=0', socket];
  const nothing = ['--iptables=false', '--ip6tables=false', '--bridge=none'];
  return [dockerScript, '-H', socket, '--data-root', join(home, 'docker'), ...nothing];
}

async function environment(runtime: string, state: string): Promise<NodeJS.ProcessEnv> {
  const [storage, containers] = [join(state, 'storage.conf'), join(state, 'containers.conf')];
  const store = join(home, 'podman');
  // Without a configuration it copies each layer as a whole.
  await writeFile(storage, `[storage]\ndriver = "overlay"\ngraphroot = "${store}"\nrunroot = "${store}-run"\n`);
  // Its own choice would be crun where that is installed, which starts nothing where cgroups v1 and v2 are mixed. Docker's runc is there in any case.
  await writeFile(containers, '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\nruntime = "runc"\n');
  return {
    HOME: home,
    USER: user,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    XDG_RUNTIME_DIR: runtime,
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_CONF: containers,
    DOCKERD_ROOTLESS_ROOTLESSKIT_NET: 'host',
    DOCKERD_ROOTLESS_ROOTLESSKIT_PORT_DRIVER: 'none',
    BERTH_ROOTLESS: state,
  };
}
