import type { Execution, Started } from './connection';
import { requestFor } from './fork-server';
import { ServedOutputs } from './served';
import type { ReadyWrap } from './wrap';

/** Gives a fork server that has just been started a command, and no other after it. */
export function serveOnce(execution: Execution, wrap: ReadyWrap, nonce: string): Started {
  const takesInput = wrap.stdin === true;
  const served = new ServedOutputs(execution).begin(nonce, takesInput);
  execution.stdin.write(requestFor(wrap, nonce));
  if (!takesInput) execution.stdin.end();
  return { execution, served, nonce, waited: false };
}

/** A short command beside others of the same user's, whose words are nobody's. */
export const besideWrap = (argv: readonly string[]): ReadyWrap => ({
  ...{ argv, cwd: '/', env: {} },
  ...{ own: true, withoutSecrets: true },
});
