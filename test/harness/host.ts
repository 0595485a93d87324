import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError, run } from './exec';

/** The Debian release that the stand-ins are made of. */
export const SUITE = 'bookworm';

/** How this machine reaches Debian's packages and the npm registry: what a stand-in image needs to reach them too. */
export interface HostFacts {
  readonly arch: string;
  /** Empty where this machine's own sources name none: {@link mirrorOf} says so when one is needed. */
  readonly mirror: string;
  readonly aptSources: string;
  readonly aptConf: string;
  /** PEM text of the certificates this machine trusts; empty where it has no bundle. */
  readonly caBundle: string;
  /** Certificates that the administrator added: file name → PEM. */
  readonly extraCerts: ReadonlyMap<string, string>;
  readonly npmrc: string;
}

/** One line of an apt source, from either of apt's two formats. */
export interface AptEntry {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** What an apt source file names. */
export function aptEntries(text: string): AptEntry[] {
  const found: AptEntry[] = [];
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    const [, uri, suite, rest = ''] = match ?? [];
    if (uri !== undefined && suite !== undefined) found.push({ uri, suite, components: rest.trim().split(/\s+/) });
  }
  for (const stanza of text.split(/\n\s*\n/)) {
    const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (!field('Types').includes('deb')) continue;
    const components = field('Components');
    for (const uri of field('URIs')) for (const suite of field('Suites')) found.push({ uri, suite, components });
  }
  return found;
}

/** A mirror of one release of Debian has the others too. */
const RELEASE = /^(bullseye|bookworm|trixie|forky|sid|(?:old)*stable|testing|unstable)(-security)?$/;

/**
 * The sources of a stand-in: this machine's own mirrors. The mirror is empty where it names none of Debian's; another
 * vendor's repository for the same release is not one, as it has no `main`.
 */
export function standInSources(entries: readonly AptEntry[], suite: string) {
  const debian = entries.filter(({ suite: of, components }) => RELEASE.test(of) && components.includes('main'));
  const named = (fits: (of: string) => boolean) => debian.find((entry) => fits(entry.suite))?.uri.replace(/\/+$/, '');
  const isSecurity = (of: string) => of.endsWith('-security');
  const mirror = named((of) => of === suite) ?? named((of) => !isSecurity(of)) ?? '';
  const security = named((of) => of === `${suite}-security`) ?? named(isSecurity);
  const sources = [
    `deb ${mirror} ${suite} main`,
    `deb ${mirror} ${suite}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
  ];
  return { mirror, sources: mirror === '' ? '' : sources.join('\n') + '\n' };
}

/** The mirror that a stand-in is made from; throws where this machine names none. */
export function mirrorOf({ mirror }: Pick<HostFacts, 'mirror'>): string {
  if (mirror !== '') return mirror;
  throw new HarnessError(
    'No Debian mirror could be read from /etc/apt/sources.list or /etc/apt/sources.list.d, so no base image can be made here: add a `deb` line with `main` there, or `docker pull` the base images',
  );
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
