/** An image reference in its parts, as `docker pull` reads one. */
export interface ImageReference {
  /** Host with port, `docker.io` where none is written. */
  readonly registry: string;
  /** With the registry's name as it was written, without tag and digest: what the engine's `repo` and `fromImage` take. */
  readonly name: string;
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

/** The registry that images without a registry's name come from. */
export const defaultRegistry = 'docker.io';

/** Takes a reference apart. Its first part is a registry where it holds a dot or a colon, or is `localhost`. Pure. */
export function parseReference(reference: string): ImageReference {
  const [plain = '', digest] = reference.split('@');
  const slash = plain.lastIndexOf('/');
  const colon = plain.indexOf(':', slash + 1);
  const name = colon === -1 ? plain : plain.slice(0, colon);
  const first = name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
  return {
    registry: /[.:]/.test(first) || first === 'localhost' ? canonicalRegistry(first) : defaultRegistry,
    name,
    tag: colon === -1 ? undefined : plain.slice(colon + 1),
    digest,
  };
}

/** The reference with `latest` where it names neither a tag nor a digest: the engine would fetch every tag. */
export function withTag(reference: string): string {
  const { tag, digest } = parseReference(reference);
  return tag === undefined && digest === undefined ? `${reference}:latest` : reference;
}

/** The same image by its digest: `name@sha256:…`, whatever tag the reference names. */
export function atDigest(reference: string, digest: string): string {
  return `${parseReference(reference).name}@${digest}`;
}

/**
 * One text for all spellings of a repository, without tag and digest: `debian`, `docker.io/debian:12` and `library/debian`
 * are one. To compare with, never shown. Pure.
 */
export function repositoryOf(reference: string): string {
  const { registry, name } = parseReference(reference);
  if (registry !== defaultRegistry) return name;
  const path = name.replace(/^(?:index\.)?docker\.io\//, '');
  return `${registry}/${path.includes('/') ? path : `library/${path}`}`;
}

function canonicalRegistry(host: string): string {
  return host === 'index.docker.io' ? defaultRegistry : host;
}

/** Where the engine’s API has an image. Slashes stay, since the engine takes the whole rest of the path as the name. */
export function imagePath(reference: string): string {
  return `/images/${reference.split('/').map(encodeURIComponent).join('/')}`;
}
