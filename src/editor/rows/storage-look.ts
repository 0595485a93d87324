import { sizeOf } from '../../core/size';
import type { StorageRow } from '../../core/storage/look';
import { storageText } from '../../core/storage/words';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

/** Pure: a volume's row. */
export function volumeLook({ name, label, purpose, target, sizeBytes }: StorageRow): Look {
  const size = sizeBytes === null ? '' : sizeOf(sizeBytes);
  // A folder's row is named by its place already.
  const place = target === null ? 'not in use' : /^[~/]/.test(label) ? '' : target;
  const description = [size, place].filter((part) => part !== '').join(' · ');
  const workspace = label === 'workspace' && target !== null;
  return {
    label,
    description,
    icon: label === 'home' ? 'home' : workspace ? 'folder-library' : 'database',
    ...(target === null ? { color: 'disabledForeground' } : {}),
    context: `volume${workspace ? ' workspace' : ''}`,
    tooltip: `Volume \`${name}\`: ${escapeMarkdown(purpose)}${target === null ? '' : `, at \`${target}\``}. It stays when the container is removed, unless you remove all.`,
    spoken: `Volume ${label}${description === '' ? '' : `, ${description}`}`,
  };
}

/** Pure: the row above a project's volumes. */
export function storageLook(name: string, rows: readonly StorageRow[]): Look {
  const description = storageText(rows);
  return {
    label: 'Storage',
    description,
    icon: 'database',
    context: 'group storage',
    tooltip: `What lasts of ${escapeMarkdown(name)}, whatever becomes of its container`,
    spoken: `Storage, ${description}`,
  };
}
