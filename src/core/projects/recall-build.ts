import { glanceAtImage } from '../engine/glance';
import { localSocket } from '../engine/machine-facts';
import { distrust, isThere } from './build-memory';
import { memoryFile, ownerText, questionText, readMemory, stampOf, type BuildQuestion } from './build-memory-file';
import type { BuildResult } from './types';

/** Milliseconds that the engine has to answer; one that takes longer is asked in the usual way. */
const patience = 500;

/**
 * What a build of this template would find, where nothing changed since one that found its image up to date: told by the
 * metadata of the files alone, and by one look at the engine. Null where there is any doubt; then the build has to look.
 */
export async function recallBuild(question: BuildQuestion): Promise<BuildResult | null> {
  const text = questionText(question);
  const memory = readMemory(memoryFile(question.home, text));
  if (memory === null) return null;
  const now = { question: text, url: localSocket(question.env), owner: ownerText(question.folder), stamp: stampOf };
  if (distrust(memory, now) !== null) return null;
  const { tag, template } = memory.image;
  const found = await glanceAtImage(memory.engine, tag, patience);
  return isThere(memory, found) ? { template, tag, image: found.id, reused: true } : null;
}
