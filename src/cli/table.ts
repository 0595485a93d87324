import type { Command } from './command';
import { agents } from './commands/agents';
import { build } from './commands/build';
import { exportCommand, importCommand } from './commands/convert';
import { doctor } from './commands/doctor';
import { dockerfile } from './commands/dockerfile';
import { exec } from './commands/exec';
import { forward } from './commands/forward';
import { gc } from './commands/gc';
import { grant, revoke } from './commands/grant';
import { history } from './commands/history';
import { logs } from './commands/logs';
import { ls } from './commands/ls';
import { mcp } from './commands/mcp';
import { plan } from './commands/plan';
import { refresh, rollback } from './commands/refresh';
import { relink } from './commands/relink';
import { restart, start, stop } from './commands/change-state';
import { rm } from './commands/rm';
import { secrets } from './commands/secrets';
import { shell } from './commands/shell';
import { snapshot } from './commands/snapshot';
import { ssh } from './commands/ssh';
import { sshConfig } from './commands/ssh-config';
import { sshProxy } from './commands/ssh-proxy';
import { status } from './commands/status';
import { templates } from './commands/templates';
import { up } from './commands/up';
import { validate } from './commands/validate';
import { workspace } from './commands/workspace';

/** The one table of commands, in the order of the help. */
export const commands: readonly Command[] = [
  up,
  ls,
  status,
  plan,
  exec,
  shell,
  forward,
  logs,
  start,
  stop,
  restart,
  refresh,
  rollback,
  snapshot,
  rm,
  relink,
  workspace,
  secrets,
  grant,
  revoke,
  build,
  templates,
  validate,
  dockerfile,
  importCommand,
  exportCommand,
  ssh,
  sshConfig,
  sshProxy,
  history,
  agents,
  gc,
  doctor,
  mcp,
];
