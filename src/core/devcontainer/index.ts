import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { BerthError } from '../errors';
import { realOf } from '../paths';
import type { ResolvedTemplate, Templates } from '../templates/types';
import type { DevcontainerExport, DevcontainerImport, Devcontainers } from './types';

/** The room for devcontainer.json files. JSON, YAML and the schema are loaded when the first file is read. */
export function createDevcontainers(templates: Templates): Devcontainers {
  return {
    import: async (path, out) => importFrom(templates, path, out),
    export: async (path, out) => exportFrom(templates, path, out),
    write: async (files, options) => (await import('./files')).writeFiles(files, options),
  };
}

async function importFrom(templates: Templates, path: string, out?: string): Promise<DevcontainerImport> {
  const [{ findConfig }, { readConfig }] = await Promise.all([import('./find'), import('./files')]);
  const { file, folder } = await findConfig(resolve(path));
  const { root, repeated } = await readConfig(file);
  const target = out ?? join(folder, 'berth.yaml');
  const from = dirname(target);
  const { importDevcontainer } = await import('./import');
  const made = importDevcontainer(root, repeated, {
    folderName: basename(await realOf(folder)),
    source: slashed(relative(folder, file)),
    toConfig: slashed(relative(from, dirname(file))),
    toProject: slashed(relative(from, folder)),
    fallback: (await templates.propose(folder)).template,
  });
  return { ...made, source: file, folder, files: [{ path: target, text: made.text }] };
}

async function exportFrom(templates: Templates, path: string, out?: string): Promise<DevcontainerExport> {
  const file = await templateFile(resolve(path));
  const folder = dirname(file);
  const resolved = await templates.resolve(file);
  const target = out ?? join(folder, '.devcontainer', 'devcontainer.json');
  const { exportDevcontainer } = await import('./export');
  const { dockerfile, ...made } = exportDevcontainer({
    ...resolved,
    file: basename(file),
    dockerfile: dockerfileOf(templates, resolved),
    pathFrom: (base, field, written) => {
      if (isAbsolute(written)) return slashed(written);
      const at = dirname(resolved.origins.get(field)?.file ?? file);
      const seen = relative(base === 'project' ? folder : dirname(target), resolve(at, written));
      if (isAbsolute(seen)) return null;
      return base === 'project' && seen.startsWith('..') ? slashed(resolve(at, written)) : slashed(seen);
    },
  });
  const beside = dockerfile === null ? [] : [{ path: join(dirname(target), 'Dockerfile'), text: dockerfile }];
  return { ...made, source: file, files: [{ path: target, text: made.text }, ...beside] };
}

/** As an engine without BuildKit gets it, since other tools may build without; the user's ids are theirs to change. */
function dockerfileOf(templates: Templates, resolved: ResolvedTemplate): string | null {
  if (resolved.spec.base_image === undefined) return null;
  return templates.plan(resolved, { uid: 1000, gid: 1000, buildkit: false }).dockerfile;
}

async function templateFile(path: string): Promise<string> {
  try {
    const file = (await stat(path)).isDirectory() ? join(path, 'berth.yaml') : path;
    await stat(file);
    return file;
  } catch (error) {
    throw new BerthError('template_not_found', `There is no template ${path}.`, {
      hint: 'Name a template’s file, or a folder with a berth.yaml in it.',
      cause: error,
    });
  }
}

/** With `/` between, and `.` for the same folder. */
function slashed(path: string): string {
  return path === '' ? '.' : path.split(sep).join('/');
}
