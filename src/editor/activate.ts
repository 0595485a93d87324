import * as vscode from 'vscode';
import { AfterStart } from './after-start';
import { LanguageTools } from './agents/language-tools';
import { offerServer } from './agents/offer-server';
import { registerAll } from './commands/all';
import { Commands } from './commands/registry';
import { keepContextKeys } from './context-keys';
import { keepDevcontainerKey } from './devcontainer-key';
import { GitWatch } from './git/git-watch';
import { Handoff } from './handoff/handoff';
import { keepHealth } from './health-watch';
import { LazyCore } from './lazy-core';
import { Focus } from './notify/focus';
import { tellAttention } from './notify/stale-toast';
import { Output } from './output';
import type { Parts } from './parts';
import { PortQuestions } from './ports/port-questions';
import { PortSessions } from './ports/port-sessions';
import { EditorSecrets } from './secrets/editor-secrets';
import { keepSecrets, type SecretWatch } from './secrets/secret-watch';
import { ServiceWatch } from './services/service-watch';
import { Session } from './session';
import { dotfiles, engineWish, extraCaCertificates, mayAskRegistries } from './settings';
import { SnapshotWatch } from './snapshots/snapshot-watch';
import { StatusBar } from './status-bar';
import { StorageWatch } from './storage/storage-watch';
import { BerthTasks, taskType } from './tasks/provider';
import { TemplateDiagnostics } from './templates/diagnostics';
import { TemplateQuickFixes } from './templates/quick-fixes';
import { Terminals } from './terminal/terminals';
import { ActivityView } from './views/activity';
import { ContainersView } from './views/containers';
import { ImagesView } from './views/images';
import { TemplatesView } from './views/templates';
import { VirtualTexts } from './virtual-texts';
import { InsideSetup } from './window/inside';
import { wakeWithWindow } from './window/wake';
import { WindowState } from './window/window-state';
import { WorktreeWatch } from './worktrees/worktree-watch';
import { version } from '../core/version';

/** What the extension's own tests see; internal, and no promise to other extensions. */
export interface TestApi extends Parts {
  readonly statusBar: StatusBar;
  readonly templates: TemplatesView;
  readonly images: ImagesView;
  readonly tasks: BerthTasks;
  readonly inside: InsideSetup;
  readonly portQuestions: PortQuestions;
  readonly services: ServiceWatch;
  readonly secrets: SecretWatch;
  readonly agentTools: LanguageTools;
}

/** Every file that may be a template; which of them are is for those who look at them to say. */
const templateDocuments: vscode.DocumentFilter = { pattern: '**/*.{yaml,yml}' };

/**
 * Puts the editor's features together. None of the core's code is evaluated here: it is loaded when first used. What the
 * editor starts an extension for (a view, a command, a task, an agent's tool) has to be there when this returns.
 */
export function activate(context: vscode.ExtensionContext): TestApi {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };

  const output = own(new Output());
  const secrets = new EditorSecrets(context.secrets);
  const lazy = own(
    new LazyCore({
      log: output.logger,
      actor: 'user',
      env: process.env,
      installation: context.extensionPath,
      editorBinary: process.execPath,
      extraCaCertificates,
      mayRefresh: () => vscode.workspace.isTrusted,
      mayAskRegistry: mayAskRegistries,
      dotfiles,
      engineWish,
      secretStorage: secrets,
    }),
  );
  own(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('berth.engine')) lazy.made?.engine.chooseAgain();
    }),
  );
  const later = own(new AfterStart(output.logger));
  const window = own(new WindowState());
  const session = own(new Session(lazy, window, output.logger));
  const containers = own(new ContainersView(session));
  const templates = own(new TemplatesView(session));
  const images = own(new ImagesView(session));
  const activity = own(new ActivityView(session));
  const statusBar = own(new StatusBar(session));
  const focus = own(new Focus());
  const handoff = new Handoff();
  const texts = own(new VirtualTexts());
  const parts: Parts = { session, output, containers, activity, focus, handoff, texts, state: context.workspaceState };

  later.do(() => window.files.watch());
  later.do(() => {
    const problem = () => {
      const status = lazy.made?.engine.status;
      return status?.kind === 'unreachable' ? status.error.code : undefined;
    };
    own(keepContextKeys(session, problem));
  });
  own(tellAttention(parts));
  own(wakeWithWindow(parts));
  own(keepHealth(session));

  const terminals = own(new Terminals(parts));
  const commands = own(new Commands(output));
  const portSessions = own(new PortSessions(session));
  const services = own(new ServiceWatch(session, () => containers.visible));
  own(registerAll(commands, parts, { templates, images, portSessions, services, secrets, terminals }));
  own(new StorageWatch(session, () => containers.visible));
  own(new SnapshotWatch(session, () => containers.visible));
  own(new WorktreeWatch(session, () => containers.visible));
  const secretWatch = own(keepSecrets(session));
  own(new GitWatch(session, context.workspaceState));
  const tasks = new BerthTasks(parts);
  own(vscode.tasks.registerTaskProvider(taskType, tasks));
  const inside = own(new InsideSetup(parts));
  const portQuestions = own(new PortQuestions(session, portSessions));
  own(offerServer(context, version));
  const agentTools = own(new LanguageTools(session, context.extension));

  // A window with a folder shows its project at once; one without waits until the view is opened.
  if (window.folders.length > 0) later.do(() => session.wake());
  later.do(() => own(keepDevcontainerKey(window.files)));
  later.do(() => {
    const fixes = new TemplateQuickFixes(own(new TemplateDiagnostics(session)));
    own(vscode.languages.registerCodeActionsProvider(templateDocuments, fixes, TemplateQuickFixes.kinds));
  });
  later.do(() => {
    terminals.restore().catch((error: unknown) => output.logger.log('warn', 'Terminals were not restored', error));
  });
  const seen = {
    statusBar,
    templates,
    images,
    tasks,
    inside,
    portQuestions,
    services,
    secrets: secretWatch,
    agentTools,
  };
  return { ...parts, ...seen };
}
