import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of one window's test: a project of its own, a Berth home of its own, an SSH config of its own. */
export interface Fixture {
  readonly folder: string;
  readonly home: string;
  readonly sshConfig: string;
  readonly engineSocket: string;
  /** What the editor keeps of its user. */
  readonly userData: string;
  dispose(): Promise<void>;
}

export async function makeFixture(): Promise<Fixture> {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-window-'));
  const folder = join(scratch, 'hello project');
  await cp(join(__dirname, 'project'), folder, { recursive: true });
  return {
    folder,
    home: join(scratch, 'home'),
    sshConfig: join(scratch, 'ssh_config'),
    engineSocket: join(scratch, 'engine.sock'),
    userData: join(scratch, 'user'),
    dispose: () => rm(scratch, { recursive: true, force: true }),
  };
}
