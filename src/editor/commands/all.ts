import type { Disposable } from '../../core/lifetime';
import type { Parts } from '../parts';
import type { PortSessions } from '../ports/port-sessions';
import type { EditorSecrets } from '../secrets/editor-secrets';
import type { ServiceWatch } from '../services/service-watch';
import type { Terminals } from '../terminal/terminals';
import type { ImagesView } from '../views/images';
import type { TemplatesView } from '../views/templates';
import type { VirtualTexts } from '../virtual-texts';
import type { Commands } from './registry';
import { registerActions } from './actions';
import { registerDoctor } from './doctor';
import { registerGit } from './git';
import { registerActivity } from './activity';
import { registerHealth } from './health';
import { registerImages } from './images';
import { registerImport } from './import';
import { registerInspect } from './inspect';
import { registerLifecycle } from './lifecycle';
import { registerPlan } from './plan';
import { registerPorts } from './ports';
import { registerRefresh } from './refresh';
import { registerRun } from './run';
import { registerSecrets } from './secrets';
import { registerServices } from './services';
import { registerSnapshots } from './snapshots';
import { registerStorage } from './storage';
import { registerTemplates } from './templates';
import { registerTerminal } from './terminal';
import { registerUp } from './up';
import { registerWorktrees } from './worktrees';

/** What single commands act through, beside what all share. */
export interface CommandParts {
  readonly texts: VirtualTexts;
  readonly templates: TemplatesView;
  readonly images: ImagesView;
  readonly portSessions: PortSessions;
  readonly services: ServiceWatch;
  readonly secrets: EditorSecrets;
  readonly terminals: Terminals;
}

/** Every command of the extension, and the terminal's profile, which is what is disposed of. */
export function registerAll(commands: Commands, parts: Parts, own: CommandParts): Disposable {
  registerUp(commands, parts);
  registerRefresh(commands, parts);
  registerRun(commands, parts);
  registerLifecycle(commands, parts);
  registerInspect(commands, parts);
  registerTemplates(commands, parts, own.texts, own.templates);
  registerImages(commands, parts, own.images);
  registerImport(commands, parts, own.texts);
  registerPlan(commands, parts);
  registerStorage(commands, parts);
  registerSnapshots(commands, parts);
  registerWorktrees(commands, parts, own.texts);
  registerHealth(commands, parts, own.texts);
  registerActivity(commands, own.texts);
  registerPorts(commands, parts, own.portSessions);
  registerServices(commands, parts, own.services);
  registerSecrets(commands, parts, own.secrets);
  registerGit(commands, parts);
  registerDoctor(commands, parts, own.texts);
  registerActions(commands, parts);
  return registerTerminal(commands, parts, own.terminals);
}
