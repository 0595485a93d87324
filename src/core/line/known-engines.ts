import { mkdir, readFile } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import { join } from 'node:path';
import { engineId } from '../engine/endpoints';
import type { KnownEngine, KnownEngines } from '../engine/known';
import type { BerthHome } from '../home';
import { version } from '../version';

/** Milliseconds for which facts hold: an engine's machine may get other cpus or memory without a new version of it. */
const keptFor = 60 * 60 * 1000;

/** Facts of engines in files of Berth's home, `state/engines/<id>.facts.json`. */
export function createKnownEngines(home: Pick<BerthHome, 'stateDir'>, now: () => number = Date.now): KnownEngines {
  const folder = join(home.stateDir, 'engines');
  const pageOf = (id: string): string => join(folder, `${id}.facts.json`);
  return {
    async recall(url, id = engineId(url)) {
      try {
        const page = JSON.parse(await readFile(pageOf(id), 'utf8')) as Page;
        const age = now() - page.at;
        // A home may be on a disk that several machines share, each with an engine at the same address.
        return page.asker === asker && age >= 0 && age < keptFor ? { info: page.info, mark: page.mark } : null;
      } catch {
        return null;
      }
    },
    async remember(url, { info, mark }) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const page: Page = { at: now(), asker, mark, info };
        const { default: writeFileAtomic } = await import('write-file-atomic');
        await writeFileAtomic(pageOf(engineId(url)), JSON.stringify(page), { mode: 0o600, fsync: false });
      } catch {
        // A home that cannot be written to is told of where that matters.
      }
    },
  };
}

interface Page extends KnownEngine {
  readonly at: number;
  readonly asker: string;
}

/** Who may take the facts over: this Berth on this machine with this kernel. */
const asker = [version, hostname(), release()].join(' ');
