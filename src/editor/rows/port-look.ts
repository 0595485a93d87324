import type { PortRow } from '../../core/ports/types';
import { placeOf, portText, remarkOf } from '../../core/ports/words';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

const icons: Readonly<Record<PortRow['state'], { readonly icon: string; readonly color?: string }>> = {
  forwarded: { icon: 'plug', color: 'testing.iconPassed' },
  published: { icon: 'broadcast', color: 'testing.iconPassed' },
  off: { icon: 'debug-disconnect', color: 'disabledForeground' },
  failed: { icon: 'error', color: 'list.errorForeground' },
};

const origins: Readonly<Record<PortRow['origin'], string>> = {
  declared: 'The template declares it.',
  added: 'You asked for it; it is forwarded until you stop it.',
  process: 'A `berth forward` in a terminal wants it.',
};

/** Pure: a port's row. */
export function portLook(row: PortRow): Look {
  const remark = remarkOf(row);
  return {
    label: String(row.port),
    description: `→ ${placeOf(row)}${remark === '' ? '' : ` (${remark})`}`,
    ...icons[row.state],
    context: `port ${row.state} ${row.origin}`,
    tooltip: `${escapeMarkdown(portText(row))}\n\n${origins[row.origin]}`,
    spoken: `Port ${row.port}, ${row.state}, ${placeOf(row)}${remark === '' ? '' : `, ${remark}`}`,
  };
}

/** Pure: the row above a project's ports: the one there is, or how many. */
export function portsLook(name: string, rows: readonly PortRow[]): Look {
  const [only] = rows;
  const open = rows.filter(({ host }) => host !== null).length;
  const moved = rows.filter((row) => row.moved !== null).length;
  const description =
    rows.length === 1 && only !== undefined
      ? portText(only)
      : `${open} of ${rows.length} on 127.0.0.1${moved === 0 ? '' : `, ${moved} moved`}`;
  return {
    label: 'Ports',
    description,
    icon: 'plug',
    context: 'group ports',
    tooltip: `Ports of ${escapeMarkdown(name)} on this machine`,
    spoken: `Ports, ${description}`,
  };
}

/** Pure: where a browser finds what a port serves. */
export function addressOf(host: string, port: number, inside: number): string {
  const scheme = inside === 443 || inside === 8443 ? 'https' : 'http';
  return `${scheme}://${host}:${port}/`;
}
