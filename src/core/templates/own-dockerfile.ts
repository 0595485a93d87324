import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve as resolvePath } from 'node:path';
import { BerthError } from '../errors';
import { isWithin, realOf, smallText } from '../paths';
import { fingerprintOf } from './image/fingerprint';
import type { OwnDockerfile, Pins, ResolvedTemplate } from './types';

/**
 * Reads the Dockerfile that a template names beside it, and its folder as the build's context.
 * @param project the folder that it is for; its container can write there, so no link in it leads out of it
 * @param pins other names for some of its images, such as by their digest, and what else their identity is told by
 * @throws BerthError `template_invalid` where there is no such file
 */
export async function readOwnDockerfile(
  resolved: ResolvedTemplate,
  project: string,
  pins: Pins = { names: new Map(), identities: [] },
): Promise<OwnDockerfile> {
  const [{ basesOf, usesContext, withBases }, { contextEntries, entryLines }] = await Promise.all([
    import('./own-bases'),
    import('./own-folder'),
  ]);
  const { file, text } = await find(resolved, project);
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
async function find(
  resolved: ResolvedTemplate,
  project: string,
): Promise<{ readonly file: string; readonly text: string }> {
  const at = resolved.origins.get('spec.dockerfile');
  const named = resolved.spec.dockerfile ?? '';
  const path = resolvePath(dirname(at?.file ?? resolved.files[0] ?? ''), named);
  const refuse = (why: string, hint: string, cause?: unknown): BerthError => {
    const message = `spec.dockerfile names ${named}, which ${why}.`;
    return new BerthError('template_invalid', message, {
      hint,
      errors: [{ message, path: 'spec.dockerfile', ...at }],
      cause,
    });
  };
  let file: string;
  let text: string | null;
  try {
    file = await realpath((await stat(path)).isDirectory() ? join(path, 'Dockerfile') : path);
    text = await smallText(file);
  } catch (error) {
    throw refuse('cannot be read', 'The path is relative to the template’s own folder.', error);
  }
  if (text === null) throw refuse('is no file of 1 MiB at most', 'Name a Dockerfile, or a folder with one in it.');
  // Its folder is the build's context: whoever can set a link in the project would choose what goes into the image.
  const real = await realOf(project);
  if ((isWithin(path, project) || isWithin(path, real)) && !isWithin(file, real)) {
    throw refuse(`leads out of the project by a link, to ${file}`, 'Name that file itself.');
  }
  return { file, text };
}
