import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BerthError, messageOf } from './errors';
import type { ExtraCertificate } from './templates/types';

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * Reads PEM files of authorities that a person's network needs. Each certificate is checked and becomes a file of its
 * own, named after its content: the order of the files and what stands around the certificates means nothing.
 * @param paths absolute
 * @throws BerthError `certificate_invalid` naming the file
 */
export async function readExtraCertificates(paths: readonly string[]): Promise<ExtraCertificate[]> {
  const texts = await Promise.all(paths.map(async (path) => certificatesIn(await read(path), path)));
  const byName = new Map(texts.flat().map((pem) => [fileName(pem), pem]));
  return [...byName].map(([name, pem]) => ({ name, pem })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw invalid(`The file of CA certificates ${path} cannot be read.`, error);
  }
}

/** Pure: every certificate of a PEM text, its own line ends and comments left out. */
export function certificatesIn(text: string, path: string): string[] {
  const found = text.match(block) ?? [];
  if (found.length === 0) throw invalid(`${path} holds no certificate in PEM.`, undefined);
  return found.map((pem) => {
    try {
      return new X509Certificate(pem).toString();
    } catch (error) {
      throw invalid(`${path} holds a certificate that cannot be read: ${messageOf(error)}.`, error);
    }
  });
}

function fileName(pem: string): string {
  return `berth-${createHash('sha256').update(pem).digest('hex').slice(0, 12)}.crt`;
}

function invalid(message: string, cause: unknown): BerthError {
  return new BerthError('certificate_invalid', message, {
    hint: 'Mend berth.extraCaCertificates in the editor’s settings, or BERTH_EXTRA_CA_CERTS.',
    cause,
  });
}
