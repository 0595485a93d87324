import * as vscode from 'vscode';
import { LanguageTools } from './editor/agents/language-tools';
import { offerServer } from './editor/agents/offer-server';
import { registerAll } from './editor/commands/all';
import { Commands } from './editor/commands/registry';
import { keepContextKeys } from './editor/context-keys';
import { keepDevcontainerKey } from './editor/devcontainer-key';
import { GitWatch } from './editor/git/git-watch';
import { Handoff } from './editor/handoff/handoff';
import { keepHealth } from './editor/health-watch';
import { LazyCore } from './editor/lazy-core';
import { Focus } from './editor/notify/focus';
import { tellAttention } from './editor/notify/stale-toast';
import { Output } from './editor/output';
import type { Parts } from './editor/parts';
import { PortQuestions } from './editor/ports/port-questions';
import { PortSessions } from './editor/ports/port-sessions';
import { EditorSecrets } from './editor/secrets/editor-secrets';
import { keepSecrets, type SecretWatch } from './editor/secrets/secret-watch';
import { ServiceWatch } from './editor/services/service-watch';
import { Session } from './editor/session';
import { dotfiles, engineWish, extraCaCertificates, mayAskRegistries } from './editor/settings';
import { SnapshotWatch } from './editor/snapshots/snapshot-watch';
import { StatusBar } from './editor/status-bar';
import { StorageWatch } from './editor/storage/storage-watch';
import { BerthTasks, taskType } from './editor/tasks/provider';
import { TemplateDiagnostics } from './editor/templates/diagnostics';
import { TemplateQuickFixes } from './editor/templates/quick-fixes';
import { Terminals } from './editor/terminal/terminals';
import { ActivityView } from './editor/views/activity';
import { ContainersView } from './editor/views/containers';
import { ImagesView } from './editor/views/images';
import { TemplatesView } from './editor/views/templates';
import { VirtualTexts } from './editor/virtual-texts';
import { InsideSetup } from './editor/window/inside';
import { wakeWithWindow } from './editor/window/wake';
import { WindowState } from './editor/window/window-state';
import { WorktreeWatch } from './editor/worktrees/worktree-watch';
import { version } from './core/version';

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

/** Puts the editor's features together. None of the core's code is evaluated here: it is loaded when first used. */
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

  own(
    keepContextKeys(session, () => {
      const status = lazy.made?.engine.status;
      return status?.kind === 'unreachable' ? status.error.code : undefined;
    }),
  );
  own(keepDevcontainerKey());
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
  const fixes = new TemplateQuickFixes(own(new TemplateDiagnostics(session)));
  own(offerServer(context, version));
  const agentTools = own(new LanguageTools(session, context.extension));
  own(vscode.languages.registerCodeActionsProvider(templateDocuments, fixes, TemplateQuickFixes.kinds));

  // A window with a folder shows its project at once; one without waits until the view is opened.
  if (window.folders.length > 0) session.wake();
  terminals.restore().catch((error: unknown) => output.logger.log('warn', 'Terminals were not restored', error));
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
