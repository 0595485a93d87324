import { shellQuote } from '../../core/quote';

/** A command that a folder's own files offer. */
export interface Script {
  /** `npm`, `make` or `pyproject`. */
  readonly source: string;
  readonly name: string;
  /** What a shell runs in the workspace. */
  readonly command: string;
  /** What stands behind it, for a quick pick's detail; may be empty. */
  readonly detail: string;
}

/** The files that scripts are looked for in, by name. */
export const scriptFiles = ['package.json', 'Makefile', 'makefile', 'GNUmakefile', 'pyproject.toml'] as const;

/** Pure: what these files offer, in the files' own order. A file that cannot be read as what it is offers nothing. */
export function scriptsIn(files: ReadonlyMap<string, string>): Script[] {
  const text = (name: string): string => files.get(name) ?? '';
  // GNU make reads the first of these that exists.
  const makefile = ['GNUmakefile', 'makefile', 'Makefile'].find((name) => files.has(name)) ?? '';
  return [
    ...npmScripts(text('package.json')),
    ...makeTargets(text(makefile)),
    ...pyprojectScripts(text('pyproject.toml')),
  ];
}

function npmScripts(json: string): Script[] {
  let scripts: unknown;
  try {
    scripts = (JSON.parse(json) as { scripts?: unknown } | null)?.scripts;
  } catch {
    return [];
  }
  if (typeof scripts !== 'object' || scripts === null) return [];
  return Object.entries(scripts)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .map(([name, detail]) => ({ source: 'npm', name, command: `npm run ${shellQuote(name)}`, detail }));
}

/** Plain targets only: no pattern rules, no special targets, no variable assignments. */
function makeTargets(makefile: string): Script[] {
  const names = new Set<string>();
  for (const line of makefile.split('\n')) {
    const match = /^([A-Za-z0-9][A-Za-z0-9_./-]*(?:\s+[A-Za-z0-9][A-Za-z0-9_./-]*)*)\s*::?(?![:=])/.exec(line);
    for (const name of match?.[1]?.split(/\s+/) ?? []) names.add(name);
  }
  return [...names].map((name) => ({ source: 'make', name, command: `make ${shellQuote(name)}`, detail: '' }));
}

/** The keys of `[project.scripts]` and `[tool.poe.tasks]`: commands that are on the PATH once the project is installed. */
function pyprojectScripts(toml: string): Script[] {
  const found: Script[] = [];
  let table = '';
  for (const line of toml.split('\n')) {
    const header = /^\s*\[([^[\]]+)\]\s*(?:#.*)?$/.exec(line);
    if (header?.[1] !== undefined) table = header[1].replace(/\s/g, '');
    const entry = /^\s*(?:"([^"]+)"|([A-Za-z0-9_.-]+))\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(line);
    const name = entry?.[1] ?? entry?.[2];
    if (name === undefined) continue;
    const detail = entry?.[3] ?? entry?.[4] ?? '';
    if (table === 'project.scripts' || table === 'tool.poetry.scripts') {
      found.push({ source: 'pyproject', name, command: shellQuote(name), detail });
    } else if (table === 'tool.poe.tasks') {
      found.push({ source: 'pyproject', name, command: `poe ${shellQuote(name)}`, detail });
    }
  }
  return found;
}
