import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../harness/exec';

/** An SSH agent of the person's that alone holds a key: its file is gone. */
export class SshAgent {
  private constructor(
    readonly socket: string,
    readonly publicKey: string,
    private readonly agent: ChildProcess,
  ) {}

  static async start(dir: string): Promise<SshAgent> {
    const [key, socket] = [join(dir, 'id_ed25519'), join(dir, 'agent.sock')];
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(agent.stdout, 'data');
    await run('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    const publicKey = await readFile(`${key}.pub`, 'utf8');
    await rm(key);
    return new SshAgent(socket, publicKey, agent);
  }

  async stop(): Promise<void> {
    const over = once(this.agent, 'close');
    this.agent.kill();
    await over;
  }
}
