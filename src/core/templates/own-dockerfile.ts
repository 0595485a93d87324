import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { BerthError } from '../errors';
import { fingerprintOf } from './image/fingerprint';
import type { OwnDockerfile, Pins, ResolvedTemplate } from './types';

/**
 * Reads the Dockerfile that a template names beside it, and its folder as the build's context.
 * @param pins other names for some of its images, such as by their digest, and what else their identity is told by
 * @throws BerthError `template_invalid` where there is no such file
 */
export async function readOwnDockerfile(
  resolved: ResolvedTemplate,
  pins: Pins = { names: new Map(), identities: [] },
): Promise<OwnDockerfile> {
  const [{ basesOf, usesContext, withBases }, { contextEntries, entryLines }] = await Promise.all([
    import('./own-bases'),
    import('./own-folder'),
  ]);
  const { file, text } = await find(resolved);
  const [folder, name] = [dirname(file), basename(file)];
  const buildArgs = resolved.spec.build_args;
  const entries = (await usesContext(text)) ? await contextEntries(folder, name) : [];
  const dockerfile = await withBases(text, buildArgs, pins.names);
  const args = Object.entries(buildArgs).sort(([a], [b]) => (a < b ? -1 : 1));
  const fingerprint = fingerprintOf([dockerfile, name, args, await entryLines(entries), ...pins.identities]);
  return {
    dockerfile,
    file,
    name,
    folder: entries,
    buildArgs,
    bases: await basesOf(text, buildArgs),
    fingerprint,
    tag: `berth/${resolved.name}-own:${fingerprint.slice(0, 12)}`,
  };
}

/** The file itself, whatever links lead to it. A folder means the `Dockerfile` in it. */
async function find(resolved: ResolvedTemplate): Promise<{ readonly file: string; readonly text: string }> {
  const at = resolved.origins.get('spec.dockerfile');
  const named = resolved.spec.dockerfile ?? '';
  const path = resolvePath(dirname(at?.file ?? resolved.files[0] ?? ''), named);
  try {
    const file = await realpath((await stat(path)).isDirectory() ? join(path, 'Dockerfile') : path);
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    const message = `spec.dockerfile names ${named}, which cannot be read.`;
    throw new BerthError('template_invalid', message, {
      hint: 'The path is relative to the template’s own folder.',
      errors: [{ message, path: 'spec.dockerfile', ...at }],
      cause: error,
    });
  }
}
