import type { ServerRelease } from './release';

/** One server in the volume. `added`: milliseconds since the epoch. */
export interface ShelvedServer extends Pick<ServerRelease, 'folder' | 'commit'> {
  readonly added: number;
}

/** The list of what the volume has, at its top. Only Berth reads it. */
export const shelfFile = 'servers.json';
/** Of each editor; older ones are of versions that no window has any more. */
const kept = 3;

/** A list that cannot be read is empty: what it named is fetched again. Pure. */
export function parseShelf(text: string): readonly ShelvedServer[] {
  try {
    const { servers } = JSON.parse(text) as { readonly servers?: unknown };
    return Array.isArray(servers) ? servers.filter(isShelved) : [];
  } catch {
    return [];
  }
}

/** Pure. */
export function formatShelf(servers: readonly ShelvedServer[]): string {
  return `${JSON.stringify({ schema: 1, servers })}\n`;
}

/** The list with one more, and which of its editor's have to go for that. Pure. */
export function shelve(
  there: readonly ShelvedServer[],
  one: ShelvedServer,
): { readonly servers: readonly ShelvedServer[]; readonly gone: readonly ShelvedServer[] } {
  const others = there.filter(({ folder, commit }) => folder !== one.folder || commit !== one.commit);
  const ofEditor = others.filter(({ folder }) => folder === one.folder).sort((a, b) => b.added - a.added);
  const gone = ofEditor.slice(kept - 1);
  return { servers: [...others.filter((each) => !gone.includes(each)), one], gone };
}

function isShelved(value: unknown): value is ShelvedServer {
  if (typeof value !== 'object' || value === null) return false;
  const { folder, commit, added } = value as Partial<Record<keyof ShelvedServer, unknown>>;
  return (
    typeof folder === 'string' &&
    /^\.[a-z0-9-]+$/i.test(folder) &&
    typeof commit === 'string' &&
    /^[0-9a-f]{40}$/.test(commit) &&
    typeof added === 'number'
  );
}
