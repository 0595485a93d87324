import { createHash } from 'node:crypto';
import { pathOf, type EndpointChoice, type EndpointFacts } from './endpoint-facts';
import type { EngineEndpoint } from './types';

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** The endpoint of a Docker context; `broken` where there is no such context or it names no host. */
export function contextEndpoint(name: string, how: string, folder: string, facts: EndpointFacts): EndpointChoice {
  const source = `context ${name}${how}`;
  const path = pathOf(facts);
  const key = createHash('sha256').update(name).digest('hex');
  const file = path.join(folder, 'contexts', 'meta', key, 'meta.json');
  const text = facts.readText(file);
  const broken = (problem: string): EndpointChoice => ({
    kind: 'broken',
    attempt: { endpoint: { url: '', source }, problem },
  });
  if (text === null) return broken(`the context "${name}" does not exist (no file ${file})`);
  const docker = parseMeta(text)?.Endpoints?.docker;
  if (docker === undefined) return broken(`${file} cannot be read`);
  const url = docker.Host;
  if (typeof url !== 'string' || url === '') return broken(`the context "${name}" names no host`);

  const material = tlsFolder(path.join(folder, 'contexts', 'tls', key, 'docker'), facts);
  const secured = url.startsWith('https:') || Object.keys(material).length > 0;
  const tls = secured && /^(tcp|https):/.test(url) ? { ...material, verify: docker.SkipTLSVerify !== true } : undefined;
  return { kind: 'named', endpoint: { url, source, ...(tls === undefined ? {} : { tls }) } };
}

/** The PEM files of a folder laid out as the docker CLI does; those that are there. */
export function tlsFolder(folder: string, facts: EndpointFacts): Omit<NonNullable<EngineEndpoint['tls']>, 'verify'> {
  const read = (name: string): string | null => facts.readText(pathOf(facts).join(folder, name));
  const [ca, cert, key] = [read('ca.pem'), read('cert.pem'), read('key.pem')];
  return { ...(ca === null ? {} : { ca }), ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) };
}

function parseMeta(text: string): ContextMeta | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
