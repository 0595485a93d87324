import type { Disposable } from '../../core/lifetime';
import type { Parts } from '../parts';
import type { PortSessions } from '../ports/port-sessions';
import type { EditorSecrets } from '../secrets/editor-secrets';
import type { ServiceWatch } from '../services/service-watch';
import type { Terminals } from '../terminal/terminals';
import type { ImagesView } from '../views/images';
import type { TemplatesView } from '../views/templates';
import type { Commands } from './registry';
import { registerActions } from './actions';
import { registerActivity } from './activity';
import { registerTerminal } from './terminal';
import { registerUp } from './up';

/** What single commands act through, beside what all share. */
export interface CommandParts {
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
  commands.later(['berth.refresh', 'berth.rollback'], async () => {
    const { registerRefresh } = await import('./refresh');
    return (of) => registerRefresh(of, parts);
  });
  commands.later(['berth.run'], async () => {
    const { registerRun } = await import('./run');
    return (of) => registerRun(of, parts);
  });
  commands.later(['berth.start', 'berth.stop', 'berth.restart', 'berth.remove'], async () => {
    const { registerLifecycle } = await import('./lifecycle');
    return (of) => registerLifecycle(of, parts);
  });
  commands.later(
    ['berth.showLogs', 'berth.showOutput', 'berth.copySshCommand', 'berth.copyContainerId', 'berth.copyImage'],
    async () => {
      const { registerInspect } = await import('./inspect');
      return (of) => registerInspect(of, parts);
    },
  );
  commands.later(
    [
      'berth.editTemplate',
      'berth.newTemplate',
      'berth.newTemplateFrom',
      'berth.deleteTemplate',
      'berth.previewDockerfile',
      'berth.buildImage',
    ],
    async () => {
      const { registerTemplates } = await import('./templates');
      return (of) => registerTemplates(of, parts, parts.texts, own.templates);
    },
  );
  commands.later(['berth.pruneImages', 'berth.removeImage', 'berth.refreshImages'], async () => {
    const { registerImages } = await import('./images');
    return (of) => registerImages(of, parts, own.images);
  });
  commands.later(['berth.importDevcontainer'], async () => {
    const { registerImport } = await import('./import');
    return (of) => registerImport(of, parts, parts.texts);
  });
  commands.later(['berth.showPlan'], async () => {
    const { registerPlan } = await import('./plan');
    return (of) => registerPlan(of, parts);
  });
  commands.later(['berth.copyWorkspaceOut'], async () => {
    const { registerStorage } = await import('./storage');
    return (of) => registerStorage(of, parts);
  });
  commands.later(['berth.snapshot', 'berth.deleteSnapshot'], async () => {
    const { registerSnapshots } = await import('./snapshots');
    return (of) => registerSnapshots(of, parts);
  });
  commands.later(['berth.restoreSnapshot', 'berth.newFromSnapshot'], async () => {
    const { registerRestore } = await import('./snapshots-restore');
    return (of) => registerRestore(of, parts);
  });
  commands.later(['berth.showChanges', 'berth.acceptChanges', 'berth.discardChanges'], async () => {
    const { registerWorktrees } = await import('./worktrees');
    return (of) => registerWorktrees(of, parts, parts.texts);
  });
  commands.later(['berth.showHealth'], async () => {
    const { registerHealth } = await import('./health');
    return (of) => registerHealth(of, parts, parts.texts);
  });
  registerActivity(commands, parts.texts);
  commands.later(['berth.forwardPort', 'berth.openInBrowser', 'berth.stopForward'], async () => {
    const { registerPorts } = await import('./ports');
    return (of) => registerPorts(of, parts, own.portSessions);
  });
  commands.later(
    ['berth.startService', 'berth.stopService', 'berth.restartService', 'berth.showServiceLog'],
    async () => {
      const { registerServices } = await import('./services');
      return (of) => registerServices(of, parts, own.services);
    },
  );
  commands.later(['berth.refreshSecrets', 'berth.setSecret'], async () => {
    const { registerSecrets } = await import('./secrets');
    return (of) => registerSecrets(of, parts, own.secrets);
  });
  commands.later(['berth.allowSecrets'], async () => {
    const { registerAgentSecrets } = await import('./agent-secrets');
    return (of) => registerAgentSecrets(of, parts);
  });
  commands.later(['berth.grantGit', 'berth.revokeGit'], async () => {
    const { registerGit } = await import('./git');
    return (of) => registerGit(of, parts);
  });
  commands.later(['berth.doctor'], async () => {
    const { registerDoctor } = await import('./doctor');
    return (of) => registerDoctor(of, parts, parts.texts);
  });
  commands.later(['berth.runTask'], async () => {
    const { registerRunTask } = await import('./run-task');
    return (of) => registerRunTask(of, parts);
  });
  commands.later(['berth.selectEngine'], async () => {
    const { registerEngine } = await import('./engine');
    return (of) => registerEngine(of, parts);
  });
  registerActions(commands, parts);
  return registerTerminal(commands, parts, own.terminals);
}
