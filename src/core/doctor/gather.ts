import { execFile } from 'node:child_process';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EngineConnection } from '../engine/types';
import { BerthError, cancelled, isCancelled, messageOf } from '../errors';
import type { BerthHome } from '../home';
import type { SshFiles } from '../line/ssh-files';
import type { DiskSpace, DoctorFacts, EditorFact } from './types';

/** What the doctor looks at; a Core is one of these. */
export interface DoctorPatient {
  readonly engine: EngineConnection;
  readonly home: BerthHome;
  readonly ssh: Pick<SshFiles, 'status'>;
}

/** Looks at everything, in parallel. Throws only when cancelled. */
export async function gatherFacts(
  patient: DoctorPatient,
  editors: readonly EditorFact[],
  signal?: AbortSignal,
): Promise<DoctorFacts> {
  const [engine, home, sshVersion, sshConfig] = await Promise.all([
    engineFacts(patient.engine, signal),
    homeFacts(patient.home.dir),
    sshClientVersion(signal),
    patient.ssh.status().catch(() => null),
  ]);
  return { ...engine, home, nodeVersion: process.versions.node, sshVersion, editors, sshConfig };
}

async function engineFacts(
  connection: EngineConnection,
  signal: AbortSignal | undefined,
): Promise<Pick<DoctorFacts, 'engine' | 'engineDisk'>> {
  try {
    const { info } = await connection.fresh(signal);
    return { engine: { kind: 'connected', info }, engineDisk: info.local ? await diskSpace(info.dataRoot) : null };
  } catch (thrown) {
    if (isCancelled(thrown)) throw thrown;
    const error =
      thrown instanceof BerthError
        ? thrown
        : new BerthError('engine_error', `The engine failed: ${messageOf(thrown)}`, { cause: thrown });
    const { status } = connection;
    return {
      engine: { kind: 'failed', error, tried: status.kind === 'unreachable' ? status.tried : [] },
      engineDisk: null,
    };
  }
}

async function homeFacts(dir: string): Promise<DoctorFacts['home']> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.W_OK | constants.X_OK);
    return { dir, problem: null, disk: await diskSpace(dir) };
  } catch (error) {
    return { dir, problem: messageOf(error), disk: await diskSpace(dirname(dir)) };
  }
}

async function diskSpace(path: string): Promise<DiskSpace | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(path);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

/** `ssh -V` writes to stderr. */
function sshClientVersion(signal: AbortSignal | undefined): Promise<string | null> {
  return new Promise((resolve, reject) => {
    execFile('ssh', ['-V'], { timeout: 5000, ...(signal === undefined ? {} : { signal }) }, (error, stdout, stderr) => {
      if (error !== null && isCancelled(error)) reject(cancelled());
      else resolve(error === null ? (`${stdout}${stderr}`.trim().split(/[\r\n,]/)[0] ?? null) : null);
    });
  });
}
