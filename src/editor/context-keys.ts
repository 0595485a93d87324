import * as vscode from 'vscode';
import type { Disposable } from '../core/lifetime';
import { isLocalFolder } from './window/window-project';
import type { Session } from './session';

/** What `when` clauses of the manifest ask; set in one place. */
export interface ContextKeys {
  /** `waiting`, `ready`, or the reason why no engine answers. */
  'berth.engine': 'waiting' | 'ready' | 'unreachable' | 'denied';
  /** What was found in this window's only folder. */
  'berth.folder': 'none' | 'remote' | 'own' | 'proposed' | 'unknown';
  'berth.template': string;
  /** Whether this window is open in a container. */
  'berth.inContainer': boolean;
}

/** Keeps the keys true to the session; each is handed to the editor only when it changed. */
export function keepContextKeys(session: Session, problem: () => string | undefined): Disposable {
  const set = new Map<string, unknown>();
  const put = <K extends keyof ContextKeys>(key: K, value: ContextKeys[K]): void => {
    if (set.get(key) === value) return;
    set.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = (): void => {
    put('berth.engine', engineKey(session, problem()));
    const { folders } = session.window;
    const local = folders.find(isLocalFolder);
    const proposal = local === undefined ? undefined : session.window.proposal(local);
    put('berth.template', proposal?.template ?? '');
    put('berth.inContainer', session.window.isContainer);
    if (folders.length === 0) put('berth.folder', 'none');
    else if (local === undefined) put('berth.folder', 'remote');
    else if (proposal?.template == null) put('berth.folder', 'unknown');
    else put('berth.folder', proposal.reason === '' ? 'own' : 'proposed');
  };
  update();
  return session.onDidChange(update);
}

function engineKey(session: Session, problem: string | undefined): ContextKeys['berth.engine'] {
  if (session.engineLost) return problem === 'engine_permission_denied' ? 'denied' : 'unreachable';
  return session.snapshot.loaded ? 'ready' : 'waiting';
}
