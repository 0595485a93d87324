import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createSshFiles } from '../../../src/core/line/ssh-host-files';
import type { SshFiles } from '../../../src/core/line/ssh-files';
import type { LineTarget } from '../../../src/core/line/types';
import { usualThresholds } from '../../../src/core/health/thresholds';
import type { ProjectRow } from '../../../src/core/model';
import { LineBed } from './bed';
import { bundleProgram } from '../../harness/program';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program of this machine to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'pipe', cwd: options.cwd });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** A bed with the SSH files and a launcher that starts the proxy. */
export async function makeSshBed(homeName = 'home'): Promise<{ bed: LineBed; files: SshFiles; config: string }> {
  const bed = await LineBed.make({ homeName });
  const cliFile = join(bed.dir, 'cli.js');
  bundleProgram(cliFile, { entryPoints: [join(__dirname, 'proxy-entry.ts')] });
  const files = createSshFiles(bed.home, {
    cliFile,
    templatesDir: join(__dirname, '../../../templates'),
    version: '0.0.1',
  });
  return { bed, files, config: join(bed.home.sshDir, 'config') };
}

/** A project's row as the SSH files need it. */
export function rowFor(bed: LineBed, target: LineTarget): ProjectRow {
  return {
    id: target.projectId,
    name: 'line',
    folder: '/nowhere',
    template: 'base',
    engine: bed.engine.info.id,
    state: 'running',
    health: 'unknown',
    detail: '',
    reasons: [],
    stale: [],
    thresholds: usualThresholds,
    use: null,
    generation: 1,
    created: null,
    changed: null,
    image: '',
    container: target.containerId,
    containerName: target.alias,
    alias: target.alias,
    user: target.user,
    workspacePath: target.workspacePath,
    ports: [],
    services: [],
    setup: [],
    secrets: [],
    git: { identity: 'none', credentials: 'none' },
    former: null,
    halfDone: false,
    exitCode: null,
  };
}
