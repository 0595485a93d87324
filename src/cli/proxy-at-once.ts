import type { Sent } from '../core/engine/local-client';
import { gitBehindSsh, identityFor } from '../core/git/behind-ssh';
import { createHome } from '../core/home';
import { sshProxyAtOnce } from '../core/line/proxy-at-once';
import { beginSsh } from './ssh-session';
import type { Streams } from './streams';

/** What ssh's configuration says, and ssh's bytes. */
interface Asked {
  readonly dir: string;
  readonly engineId: string;
  readonly projectId: string;
  readonly sent: Sent | undefined;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  /** Called while the engine answers. */
  readonly meanwhile: () => void;
}

/** @returns the exit code; null where the usual way has to be gone, and nothing has happened */
export async function proxyAtOnce({ dir, streams, ...asked }: Asked): Promise<number | null> {
  const home = createHome({ ...process.env, BERTH_HOME: dir });
  let end: (() => Promise<void>) | undefined;
  const code = await sshProxyAtOnce({
    ...{ home, ...asked },
    // Made a stream of when they are first asked for.
    get stdin() {
      return streams.stdin;
    },
    get stdout() {
      return streams.stdout;
    },
    get stderr() {
      return streams.stderr;
    },
    session: (listed) => {
      const identity = identityFor(listed, home);
      return (container) => gitBehindSsh(home, container, identity);
    },
    onOpen: (container) => (end = beginSsh(home, container)),
  });
  await end?.();
  return code;
}
