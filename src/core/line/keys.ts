import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BerthHome } from '../home';

/** An ed25519 key pair. */
export interface KeyPair {
  /** Path of the private key, mode 0600. */
  readonly file: string;
  /** The private key in OpenSSH's format. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without a comment. */
  readonly publicKey: string;
}

type SshHome = Pick<BerthHome, 'sshDir'>;

/** The key with which this user's own ssh logs in to all of Berth's containers; made on first use. */
export function userKey(home: SshHome): Promise<KeyPair> {
  return ensureKey(join(home.sshDir, 'id_ed25519'), 'berth');
}

/** The key of Berth's own Lines. Theirs alone: so the container's sshd tells them from a person's sessions. */
export function lineKey(home: SshHome): Promise<KeyPair> {
  return ensureKey(join(home.sshDir, 'line_ed25519'), 'berth-line');
}

/** The key by which a project's containers are known; it outlives any of them. */
export async function hostKey(home: SshHome, projectId: string): Promise<KeyPair> {
  return ensureKey(join(hostKeyDir(home, projectId), 'ssh_host_ed25519_key'), `berth-${projectId}`);
}

/** Takes a project’s host key away; one that is not there is no error. */
export async function removeHostKey(home: SshHome, projectId: string): Promise<void> {
  await rm(hostKeyDir(home, projectId), { recursive: true, force: true });
}

function hostKeyDir(home: SshHome, projectId: string): string {
  if (!/^[0-9a-f]+$/.test(projectId)) throw new RangeError(`Not a project's id: ${projectId}`);
  return join(home.sshDir, 'hosts', projectId);
}

/** Made once, even by several processes that start together: the link to the final name succeeds for one of them. */
async function ensureKey(file: string, comment: string): Promise<KeyPair> {
  const found = await readKey(file);
  if (found !== null) return found;
  const made = await generateKey(comment);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, made.private, { mode: 0o600, flag: 'wx' });
  try {
    await link(temporary, file);
    // For people and other tools; Berth itself reads the private key's file alone.
    await writeFile(`${file}.pub`, `${made.public}\n`, { mode: 0o644 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  const key = await readKey(file);
  if (key === null) throw new Error(`${file} vanished while it was made`);
  return key;
}

/** Bytes of an ed25519 public key in SSH's own form: two lengths, the type's name, 32 bytes of key (RFC 8709). */
const publicKeyBytes = 4 + 'ssh-ed25519'.length + 4 + 32;

interface MadeKey {
  readonly private: string;
  readonly public: string;
}

/**
 * A new key pair in OpenSSH's formats. ssh2 drops leading zero bytes of a public key, so that one in 256 of the keys it
 * makes is a byte short and refused by every sshd: such a one is thrown away.
 */
export async function generateKey(comment: string, make: (comment: string) => MadeKey | Promise<MadeKey> = makeKey) {
  for (;;) {
    const made = await make(comment);
    const blob = Buffer.from(made.public.split(' ')[1] ?? '', 'base64');
    if (blob.length === publicKeyBytes) return made;
  }
}

async function makeKey(comment: string): Promise<MadeKey> {
  const { default: ssh2 } = await import('ssh2');
  return ssh2.utils.generateKeyPairSync('ed25519', { comment });
}

async function readKey(file: string): Promise<KeyPair | null> {
  try {
    const privateKey = await readFile(file, 'utf8');
    return { file, privateKey, publicKey: publicKeyOf(privateKey) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * The public half, which stands in clear in an OpenSSH private key file: after the magic word come cipher, key
 * derivation and its options as strings, then the number of keys, then the public key. Pure.
 */
export function publicKeyOf(privateKey: string): string {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(privateKey)?.[1];
  if (body === undefined) throw new Error('Not a private key in OpenSSH format');
  const data = Buffer.from(body, 'base64');
  let at = 'openssh-key-v1\0'.length;
  for (let skipped = 0; skipped < 3; skipped += 1) at += 4 + data.readUInt32BE(at);
  at += 4;
  const blob = data.subarray(at + 4, at + 4 + data.readUInt32BE(at));
  return `ssh-ed25519 ${blob.toString('base64')}`;
}
