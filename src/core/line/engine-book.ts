import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { KnownLocalEngine } from '../engine/known';
import type { Engine, EngineEndpoint } from '../engine/types';
import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import { createKnownEngines } from './known-engines';

type Book = Pick<BerthHome, 'stateDir'>;

/**
 * Writes down how an engine is reached, for `berth ssh-proxy --engine ID`: ssh runs that without the environment in which
 * the engine was found. Mode 0600, since a TLS key may be part of it.
 */
export async function rememberEngine(home: Book, engine: Pick<Engine, 'info'>): Promise<void> {
  const { id, endpoint } = engine.info;
  const file = pageOf(home, id);
  const text = `${JSON.stringify(endpoint, null, 2)}\n`;
  if ((await readFile(file, 'utf8').catch(() => null)) === text) return;
  await mkdir(join(home.stateDir, 'engines'), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, text, { mode: 0o600 });
}

/** How an engine is reached. @throws BerthError `engine_unreachable` for one that was never written down, `bad_usage` for what is no id */
export async function recallEngine(home: Book, id: string): Promise<EngineEndpoint> {
  const file = pageOf(home, id);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EngineEndpoint;
  } catch (error) {
    throw new BerthError('engine_unreachable', `Berth does not know how to reach the engine ${id}.`, {
      cause: error,
      hint: 'Run `berth up` for this project once more.',
    });
  }
}

/** The engine of an id that was written down, where that is a local one of which the facts still hold. @throws as recallEngine */
export async function recallLocal(home: Book, id: string): Promise<KnownLocalEngine | null> {
  const { url } = await recallEngine(home, id);
  const known = url.startsWith('unix://') ? await createKnownEngines(home).recall(url, id) : null;
  return known === null ? null : { url, known };
}

function pageOf(home: Book, id: string): string {
  if (!/^[0-9a-f]+$/.test(id)) {
    throw new BerthError('bad_usage', `"${id}" is not an engine's id.`, {
      hint: 'The id stands in the ProxyCommand that `berth ssh-config print` shows.',
    });
  }
  return join(home.stateDir, 'engines', `${id}.json`);
}
