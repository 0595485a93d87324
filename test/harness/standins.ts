import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from './cache';
import { run } from './exec';
import { mirrorOf, STANDIN_CA, SUITE, type HostFacts } from './host';
import { fetchNode } from './node';

/** An image made here under the name of an official one. */
export interface StandIn {
  readonly name: string;
  /** Its recipe's folder in test/harness/standins. */
  readonly folder: 'debian' | 'python' | 'node';
  readonly needs: readonly string[];
}

export const STANDINS: readonly StandIn[] = [
  { name: 'debian:bookworm-slim', folder: 'debian', needs: [] },
  { name: 'python:3.12-slim-bookworm', folder: 'python', needs: ['debian:bookworm-slim'] },
  { name: 'node:22-bookworm-slim', folder: 'node', needs: ['debian:bookworm-slim'] },
];

const NODE = '22.23.3';
const NPM = '10.9.9';
const RECIPES = join(__dirname, 'standins');
const SHARE = '/usr/local/share/berth-testbed';

/** Everything the stand-ins are made from that lies in this repository: part of their fingerprint. */
export async function recipeText(): Promise<string> {
  const names = (await readdir(RECIPES, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(names.sort().map((name) => readFile(name, 'utf8')));
  return [NODE, NPM, ...DPKG, ...APT, ...texts].join('\0');
}

/** The official slim images leave documentation out and let no package start a service. */
const DPKG = ['force-unsafe-io', 'path-exclude /usr/share/doc/*', 'path-exclude /usr/share/man/*'];
const APT = [
  'Acquire::Languages "none";',
  'Apt::AutoRemove::SuggestsImportant "false";',
  'Dir::Cache::pkgcache "";',
  'Dir::Cache::srcpkgcache "";',
];

function debianFiles(host: HostFacts): Map<string, string> {
  const files = new Map<string, string>([
    ['/etc/apt/sources.list', host.aptSources],
    ['/etc/apt/apt.conf.d/90berth-testbed', `${APT.join('\n')}\n${host.aptConf}`],
    ['/etc/dpkg/dpkg.cfg.d/berth-testbed', DPKG.join('\n') + '\n'],
    ['/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n'],
  ]);
  if (host.caBundle !== '') files.set(STANDIN_CA, host.caBundle);
  for (const [name, pem] of host.extraCerts) files.set(`/usr/local/share/ca-certificates/${name}`, pem);
  return files;
}

async function pythonFiles(): Promise<Map<string, string>> {
  const wheels = [`${SHARE}/wheels`, '/usr/share/python-wheels'];
  return new Map([
    ['/etc/pip.conf', `[global]\nno-index = true\nfind-links =\n${wheels.map((path) => `    ${path}\n`).join('')}`],
    // Unlike Debian's, the official image's Python may install packages outside a virtual environment.
    ['/etc/dpkg/dpkg.cfg.d/berth-testbed-python', 'path-exclude /usr/lib/python3*/EXTERNALLY-MANAGED\n'],
    [`${SHARE}/make_wheels.py`, await readFile(join(RECIPES, 'python/make_wheels.py'), 'utf8')],
  ]);
}

/** Node and npm come as npm packages: the one carries the binary and its headers, the other is npm itself. */
async function nodeFiles(target: string, host: HostFacts): Promise<Map<string, string>> {
  const modules = await fetchNode(NODE, join(target, '..', 'npm'), [`npm@${NPM}`]);
  await cp(join(modules, 'node', 'bin'), join(target, 'usr/local/bin'), { recursive: true });
  await cp(join(modules, 'node', 'include'), join(target, 'usr/local/include'), { recursive: true });
  await cp(join(modules, 'npm'), join(target, 'usr/local/lib/node_modules/npm'), { recursive: true });
  await rm(join(modules, '..'), { recursive: true, force: true });
  return new Map([['/usr/local/etc/npmrc', host.npmrc]]);
}

/** Lays out the build context of a stand-in: its Dockerfile and the files it copies. */
export async function layOut(image: StandIn, context: string, host: HostFacts): Promise<void> {
  const root = join(context, 'files');
  await rm(context, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  const make = { debian: () => debianFiles(host), python: pythonFiles, node: () => nodeFiles(root, host) };
  for (const [path, text] of await make[image.folder]()) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    if (path.startsWith('/usr/sbin/')) await chmod(join(root, path), 0o755);
  }
  await cp(join(RECIPES, image.folder, 'Dockerfile'), join(context, 'Dockerfile'));
}

/** The root file system of the release as a tarball in the cache, made by debootstrap once. */
export async function rootTarball(host: HostFacts, log?: (line: string) => void): Promise<string> {
  const tarball = cached(`root-${SUITE}-${host.arch}.tar`);
  if (existsSync(tarball)) return tarball;
  log?.(`Debian ${SUITE}: debootstrap from the package mirror (about half a minute)`);
  const root = await mkdtemp(cached('root-'));
  try {
    await run('debootstrap', ['--variant=minbase', SUITE, root, mirrorOf(host)]);
    const left = [
      './var/cache/apt/archives/*.deb',
      './var/lib/apt/lists/*',
      './usr/share/doc/*',
      './usr/share/man/*',
      './usr/share/locale/*',
      './dev/*',
      './proc/*',
      './sys/*',
    ];
    const excludes = left.map((pattern) => `--exclude=${pattern}`);
    await run('tar', ['-C', root, ...excludes, '--numeric-owner', '-cf', `${tarball}.part`, '.']);
    await rename(`${tarball}.part`, tarball);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return tarball;
}
