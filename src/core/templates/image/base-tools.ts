import { aptStep } from './apt';

/** Every container needs these: sshd for the Line and Remote-SSH, git for the editor, ps and kill for supervision. */
const baseTools = ['ca-certificates', 'git', 'openssh-server', 'procps'];

/** The step that gives an image what Berth needs in it; where all is there already it adds next to nothing. */
export function baseToolsStep(baseImage: string, buildkit: boolean): string {
  return aptStep('base', baseTools, baseImage, buildkit, [
    // A key that lies in an image is everyone's; sshd is given one of its own in each container.
    'rm -f /etc/ssh/ssh_host_*',
    'mkdir -p /run/sshd',
  ]);
}
