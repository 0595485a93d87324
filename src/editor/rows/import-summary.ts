import type { DevcontainerImport } from '../../core/devcontainer/types';

/** Pure: what an import came to, in a sentence or three. */
export function importSummary({
  carried,
  notCarried,
  later,
}: Pick<DevcontainerImport, 'carried' | 'notCarried' | 'later'>): string {
  const parts = new Set(carried.map(({ from }) => from)).size;
  const count = `${parts} ${parts === 1 ? 'part is' : 'parts are'} carried over.`;
  const lost =
    notCarried.length === 0
      ? 'Nothing is lost.'
      : `${notCarried.length} could not be: the first lines say which, why, and what to write.`;
  const pending = later.length === 0 ? '' : ` No effect yet in this version: ${later.join(', ')}.`;
  return `${count} ${lost}${pending}`;
}
