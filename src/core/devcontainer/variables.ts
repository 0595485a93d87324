/** What the variables of a devcontainer.json come to, as far as that is known when it is imported. */
export interface Places {
  /** Name of the project's folder. */
  readonly folderName: string;
  /** Where the workspace is mounted in the container. */
  readonly workspacePath: string;
  /** Where work begins: there, or in a folder of it. */
  readonly workspaceFolder: string;
  /** Variables of the container that the file sets to plain text. */
  readonly containerEnv: ReadonlyMap<string, string>;
}

/** A text with its variables filled in, or why that cannot be. */
export type Substituted =
  | { readonly text: string; readonly note?: string }
  | { readonly text: null; readonly reason: string; readonly instead?: string };

/** `${name}` and `${name:argument:default}`, as the format's own readers take it apart. */
const pattern = /\$\{([^{}]*?)\}/g;

const known = new Set([
  ...['env', 'localEnv', 'containerEnv', 'localWorkspaceFolder', 'localWorkspaceFolderBasename'],
  ...['containerWorkspaceFolder', 'containerWorkspaceFolderBasename', 'devcontainerId'],
]);

/** Whether a text holds a variable of the format: `${HOME}` is the shell's own and none of these. */
export function hasVariables(text: string): boolean {
  return [...text.matchAll(pattern)].some(([, inner = '']) => known.has(inner.split(':')[0] ?? ''));
}

/** `${localEnv:NAME}`, or with a default, and nothing else: the variable's name, else null. */
export function wholeLocalEnv(text: string): { readonly name: string; readonly fallback: string | null } | null {
  const match = /^\$\{(?:localEnv|env):([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?\}$/.exec(text);
  return match?.[1] === undefined ? null : { name: match[1], fallback: match[2] ?? null };
}

/**
 * Puts in what is known and stays so: paths in the container, names of folders, defaults. `shell`: the text is read by a
 * shell in the container, which can expand the container's variables itself. Pure.
 */
export function substitute(text: string, places: Places, kind: 'value' | 'shell' = 'value'): Substituted {
  const notes = new Set<string>();
  const failures: { readonly reason: string; readonly instead?: string }[] = [];
  const made = text.replace(pattern, (whole, inner: string) => {
    const [name = '', argument = '', ...rest] = inner.split(':');
    const fallback = rest.length === 0 ? null : rest.join(':');
    switch (name) {
      case 'containerWorkspaceFolder':
        return places.workspaceFolder;
      case 'containerWorkspaceFolderBasename':
        return places.workspaceFolder.slice(places.workspaceFolder.lastIndexOf('/') + 1);
      case 'localWorkspaceFolderBasename':
        notes.add('the folder’s name as it is now');
        return places.folderName;
      case 'devcontainerId':
        notes.add('the folder’s name stands for ${devcontainerId}');
        return places.folderName;
      case 'containerEnv': {
        const value = places.containerEnv.get(argument);
        if (value !== undefined && kind === 'value') return value;
        if (kind === 'shell' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(argument)) {
          notes.add('the shell expands the container’s variables, but not in single quotes');
          return `\${${argument}}`;
        }
        failures.push({
          reason: `It needs the container’s own ${printed(argument)}, and a template’s values are plain text.`,
          instead: 'write the whole value out',
        });
        return '';
      }
      case 'env':
      case 'localEnv':
        if (fallback !== null) {
          notes.add(`the default of ${printed(argument)} stands, whatever this machine has`);
          return fallback;
        }
        failures.push({
          reason: `It needs ${printed(argument)} of this machine inside a text; a template takes one over whole only.`,
          instead: `a secret: secrets: { ${printed(argument)}: { from: "env:${printed(argument)}", as: env } }`,
        });
        return '';
      case 'localWorkspaceFolder':
        failures.push({
          reason: 'The folder’s path on this machine is another one for everybody who uses the template.',
        });
        return '';
      default:
        return whole;
    }
  });
  const [failure] = failures;
  if (failure !== undefined) return { text: null, ...failure };
  return notes.size === 0 ? { text: made } : { text: made, note: [...notes].join('; ') };
}

/** A variable's name as a report may show it. */
function printed(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) ? name : 'a variable';
}
