import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './exec';

/** The Debian release that the stand-ins are made of. */
export const SUITE = 'bookworm';

/** How this machine reaches Debian's packages and the npm registry: what a stand-in image needs to reach them too. */
export interface HostFacts {
  readonly arch: string;
  readonly mirror: string;
  readonly aptSources: string;
  readonly aptConf: string;
  /** PEM text of the certificates this machine trusts; empty where it has no bundle. */
  readonly caBundle: string;
  /** Certificates that the administrator added: file name → PEM. */
  readonly extraCerts: ReadonlyMap<string, string>;
  readonly npmrc: string;
}

const DEFAULT_MIRROR = 'http://deb.debian.org/debian';
const DEFAULT_SECURITY = 'http://deb.debian.org/debian-security';

/** `[URI, suite]` pairs of an apt source file in either of apt's two formats. */
export function aptEntries(text: string): [uri: string, suite: string][] {
  const found: [string, string][] = [];
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) found.push([match[1], match[2]]);
  }
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!field('Types').includes('deb')) continue;
    for (const uri of field('URIs')) for (const suite of field('Suites')) found.push([uri, suite]);
  }
  return found;
}

/** The sources of a stand-in: this machine's mirrors for the release, Debian's own where it names none. */
export function standInSources(entries: readonly (readonly [string, string])[], suite: string) {
  const strip = (uri: string | undefined) => uri?.replace(/\/+$/, '');
  const mirror = strip(entries.find(([, of]) => of === suite)?.[0]) ?? DEFAULT_MIRROR;
  const security = strip(entries.find(([, of]) => of === `${suite}-security`)?.[0]) ?? DEFAULT_SECURITY;
  const sources = [
    `deb ${mirror} ${suite} main`,
    `deb ${mirror} ${suite}-updates main`,
    `deb ${security} ${suite}-security main`,
  ];
  return { mirror, sources: sources.join('\n') + '\n' };
}

function readFolder(folder: string, pattern: RegExp): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return new Map(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const CA_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** Where the stand-ins keep this machine's certificates. */
export const STANDIN_CA = '/usr/local/share/berth-testbed/ca.pem';

/** Reads the facts off this machine; nothing of them is kept in the repository. */
export async function hostFacts(): Promise<HostFacts> {
  const lists = readFolder('/etc/apt/sources.list.d', /\.(list|sources)$/);
  if (existsSync('/etc/apt/sources.list')) lists.set('', readFileSync('/etc/apt/sources.list', 'utf8'));
  const { mirror, sources } = standInSources([...lists.values()].flatMap(aptEntries), SUITE);
  const bundle = CA_BUNDLES.find((path) => existsSync(path));
  const caBundle = bundle === undefined ? '' : readFileSync(bundle, 'utf8');
  const dump = existsSync('/usr/bin/apt-config') ? (await run('apt-config', ['dump'])).stdout : '';
  const kept = dump.split('\n').filter((line) => /^Acquire::(Check-[\w-]+|https?::[Pp]roxy)\s/.test(line));
  if (caBundle !== '') kept.push(`Acquire::https::CaInfo "${STANDIN_CA}";`);
  const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
  return {
    arch: process.arch,
    mirror,
    aptSources: sources,
    aptConf: kept.join('\n') + '\n',
    caBundle,
    extraCerts: readFolder('/usr/local/share/ca-certificates', /\.crt$/),
    npmrc: `registry=${registry}\n${caBundle === '' ? '' : `cafile=${STANDIN_CA}\n`}`,
  };
}

/** A short fingerprint of anything that JSON can say. */
export function fingerprint(value: unknown): string {
  const plain = (_: string, part: unknown) => (part instanceof Map ? [...(part as Map<unknown, unknown>)] : part);
  return createHash('sha256').update(JSON.stringify(value, plain)).digest('hex').slice(0, 16);
}
