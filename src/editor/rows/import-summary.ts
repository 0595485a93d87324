import type { DevcontainerImport } from '../../core/devcontainer/types';

/** Pure: what an import came to, in a sentence or three. */
export function importSummary({ carried, notCarried }: Pick<DevcontainerImport, 'carried' | 'notCarried'>): string {
  const parts = new Set(carried.map(({ from }) => from)).size;
  const count = `${parts} ${parts === 1 ? 'part is' : 'parts are'} carried over.`;
  const lost =
    notCarried.length === 0
      ? 'Nothing is lost.'
      : `${notCarried.length} could not be: the first lines say which, why, and what to write.`;
  return `${count} ${lost}`;
}
