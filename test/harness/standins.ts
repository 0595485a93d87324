import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cached } from './cache';
import { run } from './exec';
import { mirrorOf, STANDIN_CA, SUITE, type HostFacts } from './host';
import { fetchNode } from './node';

/** An image made here under the name of an official one, or, with `berth-testbed/` before it, under one of its own. */
export interface StandIn {
  readonly name: string;
  /** Its recipe's folder in test/harness/standins. */
  readonly folder: 'debian' | 'python' | 'node' | 'golang' | 'rust' | 'temurin' | 'families';
  /** The image below it; for the lowest one the Debian release whose root it is. */
  readonly on: string;
  /** The stage of its recipe that it is, where that is not the last one. */
  readonly target?: string;
}

const bookworm = 'debian:bookworm-slim';

export const STANDINS: readonly StandIn[] = [
  { name: bookworm, folder: 'debian', on: SUITE },
  { name: 'python:3.12-slim-bookworm', folder: 'python', on: bookworm },
  { name: 'node:22-bookworm-slim', folder: 'node', on: bookworm },
  { name: 'golang:1-bookworm', folder: 'golang', on: bookworm },
  { name: 'rust:1-slim-bookworm', folder: 'rust', on: bookworm },
  { name: 'eclipse-temurin:21-jdk-noble', folder: 'temurin', on: bookworm },
  { name: 'debian:trixie-slim', folder: 'debian', on: 'trixie' },
  { name: 'node:22-trixie-slim', folder: 'node', on: 'debian:trixie-slim' },
  { name: 'berth-testbed/busybox', folder: 'families', on: bookworm, target: 'busybox' },
  { name: 'berth-testbed/apk', folder: 'families', on: bookworm, target: 'apk' },
  { name: 'berth-testbed/dnf', folder: 'families', on: bookworm, target: 'dnf' },
];

/** The stand-in under another one; undefined for those that lie on a root of Debian. */
export function below(image: StandIn): StandIn | undefined {
  return STANDINS.find(({ name }) => name === image.on);
}

const NODE = '22.23.3';
const NPM = '10.9.9';
const RECIPES = join(__dirname, 'standins');
const SHARE = '/usr/local/share/berth-testbed';

/** Everything that a stand-in is made from that lies in this repository, with what is below it: part of its fingerprint. */
export async function recipeText(image: StandIn): Promise<string> {
  const texts = await Promise.all((await recipeFiles(image)).map((name) => readFile(name, 'utf8')));
  const under = below(image);
  const own = [image.name, image.on, ...texts, ...(image.folder === 'node' ? [NODE, NPM] : [...DPKG, ...APT])];
  return [...own, ...(under === undefined ? [] : [await recipeText(under)])].join('\0');
}

async function recipeFiles(image: StandIn): Promise<string[]> {
  return (await readdir(join(RECIPES, image.folder))).sort().map((name) => join(RECIPES, image.folder, name));
}

/** The official slim images leave documentation out and let no package start a service. */
const DPKG = [
  'force-unsafe-io',
  ...['doc', 'info', 'locale', 'man'].map((folder) => `path-exclude /usr/share/${folder}/*`),
];
const APT = [
  'Acquire::Languages "none";',
  'Apt::AutoRemove::SuggestsImportant "false";',
  'Dir::Cache::pkgcache "";',
  'Dir::Cache::srcpkgcache "";',
];

function debianFiles(image: StandIn, host: HostFacts): Map<string, string> {
  const files = new Map<string, string>([
    ['/etc/apt/sources.list', host.aptSources.replaceAll(` ${SUITE}`, ` ${image.on}`)],
    ['/etc/apt/apt.conf.d/90berth-testbed', `${APT.join('\n')}\n${host.aptConf}`],
    ['/etc/dpkg/dpkg.cfg.d/berth-testbed', DPKG.join('\n') + '\n'],
    ['/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n'],
  ]);
  if (host.caBundle !== '') files.set(STANDIN_CA, host.caBundle);
  for (const [name, pem] of host.extraCerts) files.set(`/usr/local/share/ca-certificates/${name}`, pem);
  return files;
}

function pythonFiles(): Map<string, string> {
  const wheels = [`${SHARE}/wheels`, '/usr/share/python-wheels'];
  return new Map([
    ['/etc/pip.conf', `[global]\nno-index = true\nfind-links =\n${wheels.map((path) => `    ${path}\n`).join('')}`],
    // Unlike Debian's, the official image's Python may install packages outside a virtual environment.
    ['/etc/dpkg/dpkg.cfg.d/berth-testbed-python', 'path-exclude /usr/lib/python3*/EXTERNALLY-MANAGED\n'],
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

/** Lays out the build context of a stand-in: its Dockerfile, the files it copies, and the recipe's other files to run. */
export async function layOut(image: StandIn, context: string, host: HostFacts): Promise<void> {
  const root = join(context, 'files');
  await rm(context, { recursive: true, force: true });
  await mkdir(join(root, SHARE), { recursive: true });
  const files =
    image.folder === 'debian'
      ? debianFiles(image, host)
      : image.folder === 'python'
        ? pythonFiles()
        : image.folder === 'node'
          ? await nodeFiles(root, host)
          : new Map<string, string>();
  for (const [path, text] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    if (path.startsWith('/usr/sbin/')) await chmod(join(root, path), 0o755);
  }
  for (const file of await recipeFiles(image)) {
    const own = basename(file) === 'Dockerfile';
    await cp(file, own ? join(context, 'Dockerfile') : join(root, SHARE, basename(file)));
    if (!own) await chmod(join(root, SHARE, basename(file)), 0o755);
  }
}

/** The root file system of the release as a tarball in the cache, made by debootstrap once. */
export async function rootTarball(suite: string, host: HostFacts, log?: (line: string) => void): Promise<string> {
  const tarball = cached(`root-${suite}-${host.arch}.tar`);
  if (existsSync(tarball)) return tarball;
  log?.(`Debian ${suite}: debootstrap from the package mirror (about half a minute)`);
  const root = await mkdtemp(cached('root-'));
  try {
    await run('debootstrap', ['--variant=minbase', suite, root, mirrorOf(host)]);
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
