import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBridge } from './bridge';
import { HarnessError, onPath, run, tail, withEnv } from './exec';
import { ensurePackages } from './packages';
import { end, processesWith, programOf } from './processes';
import { endGroup } from './server';

export interface EngineOptions {
  /** Holds images and the build cache, and outlives {@link Engine.dispose}; a fresh folder that does not, when left out. */
  readonly data?: string;
}

/** A private Docker Engine: shares nothing with another one but this machine. */
export interface Engine {
  /** `unix://…` */
  readonly socket: string;
  /** What a process needs to reach this engine and no other. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the daemon as a crash or a stop would; containers of a killed one go with it at the next start or disposal. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the daemon again on the same data and socket. */
  start(): Promise<void>;
  log(lines?: number): string;
  dispose(): Promise<void>;
}

async function answers(socket: string): Promise<boolean> {
  const env = { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined };
  return (await run('docker', ['version', '--format', '{{.Server.Version}}'], { env, accept: 'any' })).code === 0;
}

async function ready(child: ChildProcess, socket: string, said: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  // The daemon announces itself in a log whose wording changes by version; its API is the fact.
  while (!(await answers(socket))) {
    if (child.exitCode !== null) throw new HarnessError(`dockerd ended with code ${child.exitCode}:\n${tail(said())}`);
    if (Date.now() > deadline) throw new HarnessError(`dockerd does not answer after 60 s:\n${tail(said())}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Unmounts whatever is still mounted under a folder, innermost first. */
async function unmountUnder(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  const inside = mounts.filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of inside.reverse()) await run('umount', ['--lazy', path], { accept: 'any' });
}

/**
 * Forgets the runtime of a daemon that was killed: it died with the daemon, but where nobody collects it yet its id is
 * still taken, and the next daemon would wait for it in vain.
 */
async function forgetRuntime(exec: string): Promise<void> {
  const file = join(exec, 'containerd/containerd.pid');
  if (existsSync(file) && programOf(Number(readFileSync(file, 'utf8'))) === undefined) await rm(file);
}

/** Ends what the containers of an engine still run, its daemon being dead: they outlive a daemon that was killed. */
function endContainers(data: string): void {
  const folder = join(data, 'containers');
  if (existsSync(folder)) end(processesWith('cgroup', readdirSync(folder)), 'SIGKILL');
}

/**
 * Has the daemon and what it starts collect garbage a quarter as often: that costs some megabytes, and spares a
 * tenth of the CPU of a container's start and end, measured over twenty of them by turns.
 */
const calmer = { GOGC: '400' };

const PROGRAMS = ['docker', 'dockerd', 'iptables', 'ip'];

/** Installs Docker's packages where this machine lacks them. */
export async function ensureEnginePackages(log?: (line: string) => void): Promise<void> {
  const there = async () => (await Promise.all(PROGRAMS.map(onPath))).every(Boolean);
  await ensurePackages(['docker.io', 'iptables', 'iproute2'], there, log);
}

/** Starts a private engine; installs Docker's packages first where this machine lacks them and allows it. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  await ensureEnginePackages();
  if (process.getuid?.() !== 0) {
    throw new HarnessError(
      'No engine is at hand, and only root may start a private one: start Docker and set DOCKER_HOST (for the tests BERTH_TEST_ENGINE) to its address, or run this as root',
    );
  }
  const state = await mkdtemp(join(tmpdir(), 'berth-engine-'));
  const data = options.data ?? join(state, 'data');
  await mkdir(data, { recursive: true });
  const socket = `unix://${state}/docker.sock`;
  const paths = ['--data-root', data, '--exec-root', join(state, 'exec'), '--pidfile', join(state, 'pid')];
  const bridge = await createBridge();
  let child: ChildProcess | undefined;
  let said = '';
  const start = async () => {
    await forgetRuntime(join(state, 'exec'));
    const args = [...paths, '-H', socket, ...bridge.flags];
    const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: withEnv(calmer) });
    child = daemon;
    for (const stream of [daemon.stdout, daemon.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-200_000)));
    }
    daemon.on('error', (error) => (said += String(error)));
    await ready(daemon, socket, () => said);
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child?.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  };
  const dispose = async () => {
    // Containers that ignore SIGTERM would hold the daemon's end up by ten seconds each.
    endContainers(data);
    if (child !== undefined) await endGroup(child, 15_000);
    endContainers(data);
    end(processesWith('cmdline', [state]), 'SIGKILL');
    for (const folder of [state, data]) await unmountUnder(folder);
    await bridge.remove();
    await rm(state, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  const env = { DOCKER_HOST: socket, DOCKER_CONTEXT: undefined };
  return { socket, env, kill, start, log: (lines = 30) => tail(said, lines), dispose };
}
