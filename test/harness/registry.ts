import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError, onPath, run, tail } from './exec';
import { ensurePackages } from './packages';

/** A real image registry on this machine that wants a password, with storage of its own. */
export interface Registry {
  /** `127.0.0.1:PORT`: what an image's name begins with. Engines take a registry at this address without TLS. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
  /** Requests so far, as `METHOD PATH STATUS`. */
  requests(): readonly string[];
  dispose(): Promise<void>;
}

/** Installs the registry's packages where this machine lacks them. */
export async function ensureRegistryPackages(log?: (line: string) => void): Promise<void> {
  const there = async () => (await Promise.all(['docker-registry', 'htpasswd'].map(onPath))).every(Boolean);
  await ensurePackages(['docker-registry', 'apache2-utils'], there, log);
}

/** Starts a registry that answers by the time this returns. */
export async function startRegistry(): Promise<Registry> {
  await ensureRegistryPackages();
  const folder = await mkdtemp(join(tmpdir(), 'berth-registry-'));
  const [username, password] = ['ada', `pass+word/${Math.random().toString(36).slice(2)}?ÿ`];
  const secrets = join(folder, 'htpasswd');
  // The password goes in by stdin: an argument could be seen by everyone on this machine.
  await run('htpasswd', ['-icB', secrets, username], { input: `${password}\n` });
  const host = `127.0.0.1:${await freePort()}`;
  const config = {
    version: '0.1',
    log: { accesslog: { disabled: false }, level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'berth-test', path: secrets } },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const dispose = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const deadline = Date.now() + 20_000;
    // 401 is the answer of one that is up and asks for the password.
    while ((await status(host)) !== 401) {
      if (child.exitCode !== null || Date.now() > deadline) throw new HarnessError(`no registry:\n${tail(said)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  const requests = () =>
    [...said.matchAll(/"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d+)/g)].map(
      ([, method, path, code]) => `${method} ${path} ${code}`,
    );
  return { host, username, password, requests, dispose };
}

async function status(host: string): Promise<number> {
  return fetch(`http://${host}/v2/`).then(
    (answer) => answer.status,
    () => 0,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new HarnessError('no free port');
  return address.port;
}
