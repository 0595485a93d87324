import { posix } from 'node:path';
import { textIn, wrongKind, type Context, type Handler } from './context';
import { isList, isObject, kindOf, scalarText, type Json } from './json';
import { fromPairs, parseMount, type MountParts } from './mount-text';
import type { FieldPath } from '../templates/tree';
import { substitute, type Places } from './variables';

const mounts: Handler = (context, value, from) => {
  if (!isList(value)) {
    wrongKind(context.ledger, value, from, 'a list');
    return;
  }
  for (const [index, item] of value.entries()) {
    const path = [...from, index];
    if (typeof item === 'string') mount(context, parseMount(item), path);
    else if (isObject(item)) mount(context, fromPairs([...item].map(([key, part]) => [key, scalarText(part)])), path);
    else wrongKind(context.ledger, item, path, `a text or an object, not ${kindOf(item)}`);
  }
};

/** One mount, from wherever it was given; `flag` begins its sentences where it was a flag. */
export function mount(context: Context, parts: MountParts, from: FieldPath, flag = ''): void {
  const { ledger, places } = context;
  const target = substitute(parts.target, places);
  if (target.text === null) ledger.lose(from, flag + target.reason, target.instead);
  else if (parts.type === 'volume') volume(context, parts, target.text, from, flag);
  else if (parts.type === 'bind') bind(context, parts, target.text, from, flag);
  else if (parts.type === 'tmpfs') {
    ledger.lose(
      from,
      `${flag}A template mounts no memory but /dev/shm.`,
      'resources: { shm: 1g }, and /dev/shm in its place',
    );
  } else ledger.lose(from, `${flag}Only folders of this machine and named volumes are mounted.`);
}

function volume(context: Context, parts: MountParts, container: string, from: FieldPath, flag: string): void {
  const { ledger, places } = context;
  const name = substitute(parts.source, places);
  const home = homeOf(context);
  const own = parts.source === '' || parts.source.includes('${devcontainerId}');
  if (home !== null && own && !parts.readOnly && (container === home || container.startsWith(`${home}/`))) {
    ledger.needless(from, 'The home folder survives a refresh as it is.');
  } else if (name.text === null) ledger.lose(from, flag + name.reason, name.instead);
  else if (name.text === '') {
    const instead = `persist: [${container}], which narrows what is kept to that list`;
    ledger.lose(from, `${flag}A volume without a name is not mounted.`, instead);
  } else carry(context, { volume: name.text, container }, parts, from, name.note);
}

/** The login user's home, where the file names the user. */
function homeOf({ root }: Context): string | null {
  const user = root.get('remoteUser') ?? root.get('containerUser');
  return typeof user === 'string' && /^[a-z_][a-z0-9_-]*$/.test(user) && user !== 'root' ? `/home/${user}` : null;
}

function bind(context: Context, parts: MountParts, container: string, from: FieldPath, flag: string): void {
  const host = hostPath(parts.source, context);
  if (host === null) {
    const reason = 'Its folder depends on variables of this machine, and a template’s paths are plain text.';
    context.ledger.lose(from, flag + reason, 'the path itself, in berth.local.yaml, which git should ignore');
    return;
  }
  if (/(?:docker|podman)\.sock$|^\/(?:(?:var\/)?run\/?|var\/?)?$/.test(host.path)) {
    const reason = 'Whoever reaches the engine’s socket is root on its machine, so it is never mounted.';
    context.ledger.lose(from, flag + reason);
    return;
  }
  if (host.path.startsWith('..')) {
    const reason = 'It lies outside the project, and its place there is another one on every machine.';
    context.ledger.lose(from, flag + reason, 'its whole path in volumes and in security.allow_host_paths');
    return;
  }
  if (host.outside) {
    const note = 'a folder of this machine outside the project: look at it before you run this';
    context.ledger.append(from, ['spec', 'security', 'allow_host_paths'], host.path, note);
  }
  carry(context, { host: host.path, container }, parts, from, undefined);
}

function carry(
  { ledger }: Context,
  made: Readonly<Record<string, string>>,
  parts: MountParts,
  from: FieldPath,
  note: string | undefined,
): void {
  const left = parts.others.length === 0 ? undefined : `without ${parts.others.map(word).join(', ')}`;
  const notes = [note, left].filter((text) => text !== undefined).join('; ');
  const value = { ...made, ...(parts.readOnly ? { mode: 'ro' } : {}) };
  ledger.append(from, ['spec', 'volumes'], value, notes === '' ? undefined : notes);
}

function word(key: string): string {
  return /^[a-z-]{1,40}$/.test(key) ? key : 'an unknown key';
}

/** A path of this machine as a template has it: relative to the template's folder, below `~`, or absolute. */
export function hostPath(
  source: string,
  { toProject, places }: { readonly toProject: string; readonly places: Places },
): { readonly path: string; readonly outside: boolean } | null {
  const inProject = /^\$\{localWorkspaceFolder\}((?:\/.*)?)$/s.exec(source)?.[1];
  const home =
    /^(?:\$\{localEnv:HOME\}\$\{localEnv:USERPROFILE\}|\$\{(?:localEnv|env):(?:HOME|USERPROFILE)\}|~)((?:\/.*)?)$/s;
  const inHome = home.exec(source)?.[1];
  const filled = substitute(inProject ?? inHome ?? source, places);
  if (filled.text === null || source.trim() === '') return null;
  if (inHome !== undefined) return { path: `~${posix.normalize(`/${filled.text}`).replace(/\/$/, '')}`, outside: true };
  if (inProject === undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(filled.text))
    return { path: filled.text, outside: true };
  return inside(posix.normalize(posix.join(toProject, filled.text)));
}

function inside(path: string): { readonly path: string; readonly outside: boolean } {
  const bare = path.replace(/\/$/, '');
  const dotted = bare === '' || bare === '.' ? '.' : bare.startsWith('..') ? bare : `./${bare}`;
  return { path: dotted, outside: false };
}

const workspaceMount: Handler = (context, value, from) => {
  if (typeof value !== 'string') {
    wrongKind(context.ledger, value, from, 'a text');
    return;
  }
  const { ledger, places } = context;
  const parts = parseMount(value);
  const host = parts.type === 'bind' ? hostPath(parts.source, context) : null;
  if (parts.type === 'volume') {
    ledger.lose(from, 'The workspace is the project’s folder itself.', 'workspace: { mode: volume }');
  } else if (host === null || posix.normalize(`${host.path}/`) !== posix.normalize(`${context.toProject}/`)) {
    ledger.lose(
      from,
      'The workspace is the folder that the template lies in.',
      'a berth.yaml in the folder that is meant',
    );
  } else {
    const left = parts.others.length === 0 ? undefined : `without ${parts.others.map(word).join(', ')}`;
    ledger.carry(from, ['spec', 'workspace', 'path'], places.workspacePath, left);
  }
};

const workspaceFolder: Handler = (context, value, from) => {
  const made = textIn(context, value, from);
  if (made === null) return;
  const folder = made.text.replace(/(?<=.)\/$/, '');
  if (folder === context.places.workspacePath) context.ledger.carry(from, ['spec', 'workspace', 'path'], folder);
  else {
    const reason =
      'Work begins where the workspace is mounted; the commands that are carried change to this folder first.';
    context.ledger.lose(from, reason, '`berth exec --workdir`');
  }
};

/** Where the workspace is mounted and where work begins in it: as it is said, else the format's default for both. */
export function workspacePaths(
  root: ReadonlyMap<string, Json>,
  folderName: string,
): Pick<Places, 'workspacePath' | 'workspaceFolder'> {
  const usual = `/workspaces/${folderName}`;
  const filled = (value: Json | undefined, workspaceFolder: string): string | null => {
    const places = { folderName, workspacePath: usual, workspaceFolder, containerEnv: new Map<string, string>() };
    const made = typeof value === 'string' && value !== '' ? substitute(value, places).text : null;
    return made === null ? null : made.replace(/(?<=.)\/$/, '');
  };
  const workspaceFolder = filled(root.get('workspaceFolder'), usual);
  const mounted = root.get('workspaceMount');
  const target = typeof mounted === 'string' ? filled(parseMount(mounted).target, workspaceFolder ?? usual) : null;
  const workspacePath = target ?? workspaceFolder ?? usual;
  return { workspacePath, workspaceFolder: workspaceFolder ?? workspacePath };
}

/** What is mounted where. */
export const storageHandlers: Readonly<Record<string, Handler>> = { workspaceMount, workspaceFolder, mounts };
