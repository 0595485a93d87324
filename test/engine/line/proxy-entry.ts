import { createHome } from '../../../src/core/home';
import { sshProxy } from '../../../src/core/line/proxy';

/** `ssh-proxy` alone, as the launcher starts it: argv is `ssh-proxy --home DIR --engine ID PROJECT`. */
const [, , , , home = '', , engineId = '', projectId = ''] = process.argv;
void sshProxy({
  home: createHome({ BERTH_HOME: home }),
  engineId,
  projectId,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
}).then((code) => process.exit(code));
