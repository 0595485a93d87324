import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { glanceAtImage } from '../engine/glance';
import { localSocket } from '../engine/machine-facts';
import type { Engine } from '../engine/types';
import { usesContext } from '../templates/own-bases';
import type { ResolvedTemplate, Templates } from '../templates/types';
import { filesOfPlan, namedDockerfiles } from './build-files';
import { isSettled, isThere, type BuildMemory } from './build-memory';
import { look, memoryFile, ownerText, questionText, type BuildQuestion } from './build-memory-file';
import { desiredFor } from './desired';
import { isToldByTag } from './image';
import type { BuildResult } from './types';

/** Milliseconds for one more look at the image. */
const patience = 2000;

/**
 * Writes down what {@link recallBuild} answers from, where that will be enough: the tag alone tells that an image is as it
 * should be, the engine is behind a local socket, no Dockerfile copies a folder, and no file changed a moment ago. The
 * template is resolved once more, so that what is written down belongs to files as they are now, however long the build
 * took. Never fails.
 */
export async function rememberBuild(
  question: BuildQuestion,
  engine: Engine,
  templates: Templates,
  built: BuildResult,
): Promise<void> {
  try {
    const memory = await memoryOf(question, engine, templates, built);
    if (memory === null) return;
    const file = memoryFile(question.home, memory.question);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(file, JSON.stringify(memory), { mode: 0o600, fsync: false });
  } catch {
    // What could not be kept is found out again.
  }
}

async function memoryOf(
  question: BuildQuestion,
  engine: Engine,
  templates: Templates,
  built: BuildResult,
): Promise<BuildMemory | null> {
  const { env, home, folder, installation, program } = question;
  const { url, tls } = engine.info.endpoint;
  if (tls !== undefined || localSocket(env) !== url) return null;
  const began = Date.now();
  const owner = ownerText(folder);
  // That rests on a whole folder, where any file may come, and rules leave some out; reading it all again takes its time.
  const resolved = await templates.resolve(question.template, folder);
  if (await copiesFolder(resolved)) return null;
  const desired = await desiredFor(templates, engine, folder, resolved);
  const { tag, fingerprint, own } = desired.image;
  if (tag !== built.tag || !(await isToldByTag(desired))) return null;
  if (own !== undefined && (await usesContext(own.dockerfile))) return null;
  const builtInDir = join(installation, 'templates');
  const paths = filesOfPlan(desired, { userTemplatesDir: home.userTemplatesDir, builtInDir, env });
  const found = [...paths, program].map((path) => [path, look(path)] as const);
  if (!found.every(([, at]) => isSettled(at?.changed ?? null, began))) return null;
  const { apiVersion } = engine.info;
  const glance = await glanceAtImage({ url, apiVersion }, tag, patience);
  if (glance === null) return null;
  const memory = {
    question: questionText(question),
    engine: { url, apiVersion, mark: glance.mark },
    owner,
    files: found.map(([path, at]) => [path, at?.stamp ?? null] as const),
    image: { template: built.template, tag, fingerprint },
  };
  return isThere(memory, glance) && glance.id === built.image ? memory : null;
}

/** Whether a template's own Dockerfile reads more than itself. */
async function copiesFolder(resolved: ResolvedTemplate): Promise<boolean> {
  for (const path of namedDockerfiles(resolved)) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return usesContext(text);
  }
  return false;
}
