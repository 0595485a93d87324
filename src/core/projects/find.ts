import { sep } from 'node:path';
import { BerthError } from '../errors';
import type { ProjectRow } from '../model';

/** What a NAME can be read as: a word (name or id), or a real path when it has a slash or is the current folder. */
export type Reading =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'folder'; readonly path: string };

/** True for what is read as a path: with a slash, `.`, `..`, or nothing at all. */
export function isPathQuery(query: string | undefined): boolean {
  return query === undefined || query === '.' || query === '..' || /[/\\]/.test(query);
}

/**
 * The one project meant: by exact name, else by an id prefix of six or more digits, else by folder (or the nearest folder
 * above it that is a project). Null where there is none.
 * @throws BerthError `project_ambiguous` listing the candidates
 */
export function matchProject(rows: readonly ProjectRow[], reading: Reading): ProjectRow | null {
  if (reading.kind === 'folder') return matchFolder(rows, reading.path);
  const named = rows.filter((row) => row.name === reading.text);
  if (named.length > 0) return only(named, reading.text);
  if (!/^[0-9a-f]{6,}$/.test(reading.text)) return null;
  const prefixed = rows.filter((row) => row.id.startsWith(reading.text));
  return prefixed.length === 0 ? null : only(prefixed, reading.text);
}

function matchFolder(rows: readonly ProjectRow[], path: string): ProjectRow | null {
  const above = rows.filter((row) => path === row.folder || path.startsWith(row.folder + sep));
  return above.reduce<ProjectRow | null>(
    (best, row) => (best === null || row.folder.length > best.folder.length ? row : best),
    null,
  );
}

function only(candidates: readonly ProjectRow[], query: string): ProjectRow {
  const [first, ...others] = candidates;
  if (first !== undefined && others.length === 0) return first;
  throw new BerthError('project_ambiguous', `"${query}" could be ${candidates.length} projects.`, {
    hint: 'Name one by its id or its folder.',
    errors: candidates.map((row) => ({ message: `${row.id}  ${row.folder}` })),
  });
}
