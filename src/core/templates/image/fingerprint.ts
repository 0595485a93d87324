import { createHash } from 'node:crypto';

/** Goes into every fingerprint: raised when the same Dockerfile would have to be built anew. */
const layout = 'berth-image-1';

/**
 * The fingerprint of an image: hex SHA-256 of all that its build depends on, given as values that JSON can say. A Dockerfile
 * belongs in as it is without cache mounts: both ways of building give the same image.
 */
export function fingerprintOf(parts: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([layout, ...parts]))
    .digest('hex');
}

/** The tag of an image: `berth/<template>:<first 12 digits of the fingerprint>`. */
export function tagOf(template: string, fingerprint: string): string {
  return `berth/${template}:${fingerprint.slice(0, 12)}`;
}
