import * as vscode from 'vscode';
import { isCancelled } from '../core/errors';
import { DisposableStore } from '../core/lifetime';
import type { Disposable } from '../core/lifetime';
import type { Session } from './session';
import { healthEnabled } from './settings';

/** Has this window stand by as the monitor, from the moment at which there is a core, for as long as the setting says so. */
export function keepHealth(session: Session): Disposable {
  const store = new DisposableStore();
  let watching: AbortController | undefined;
  let awake = false;
  const follow = (): void => {
    if (!healthEnabled()) {
      watching?.abort();
      watching = undefined;
      return;
    }
    if (!awake || watching !== undefined) return;
    const abort = (watching = new AbortController());
    session.core().then(
      ({ health }) => {
        if (!abort.signal.aborted) health.watch(abort.signal);
      },
      (error: unknown) => {
        if (!isCancelled(error)) session.log.log('warn', 'Health is not watched', error);
      },
    );
  };
  store.add(
    session.onDidChangeSnapshot(() => {
      if (awake) return;
      awake = true;
      follow();
    }),
  );
  store.add(
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration('berth.health')) return;
      follow();
      session.changed();
    }),
  );
  store.add({ dispose: () => watching?.abort() });
  return store;
}
