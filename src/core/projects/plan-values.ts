import { isRecord, listChange } from './spec-diff';
import type { SpecChange } from './spec-diff';

/** A change as two short texts, in a template's own spelling; null where a side has nothing. */
export interface ShownChange {
  readonly before: string | null;
  readonly after: string | null;
}

/** Characters of a text that are shown; more tells less. */
const longest = 60;
/** Items of a long list's change that are named; the others are counted. */
const named = 6;

const hidden = '(not shown)';
/** Names of variables and settings whose values nobody wants on a screen, though a template is no place for a secret. */
const secretLike = /token|secret|passw|credential|auth|private|(?:^|[_.-])key|key$/i;

/** How a change is shown. Never a secret: of sources only the kind, of variables that sound like one nothing at all. Pure. */
export function shownChange({ path, before, after }: SpecChange): ShownChange {
  if (/^(?:environment|build_args|editor\.settings)\./.test(path) && secretLike.test(path)) {
    return { before: isNothing(before) ? null : hidden, after: isNothing(after) ? null : hidden };
  }
  if (Array.isArray(before) && Array.isArray(after)) return shownLists(before, after, path);
  return { before: shown(before, path), after: shown(after, path) };
}

function shownLists(before: readonly unknown[], after: readonly unknown[], path: string): ShownChange {
  const [had, has] = [listText(before, path), listText(after, path)];
  if ((had ?? '').length <= longest && (has ?? '').length <= longest) return { before: had, after: has };
  const { came, went } = listChange(before, after);
  const steps = [
    ...came.map((item) => `+${shown(item, path) ?? ''}`),
    ...went.map((item) => `−${shown(item, path) ?? ''}`),
  ];
  const more = steps.length > named ? [`and ${steps.length - named} more`] : [];
  const order = steps.length === 0 ? 'the same in another order' : [...steps.slice(0, named), ...more].join(' ');
  return { before: `${before.length} items`, after: order };
}

function listText(items: readonly unknown[], path: string): string | null {
  return items.length === 0 ? null : items.map((item) => shown(item, path) ?? '').join(', ');
}

function shown(value: unknown, path: string): string | null {
  if (isNothing(value)) return null;
  return cut(withoutPassword(spelt(value, path)));
}

function spelt(value: unknown, path: string): string {
  if (path.startsWith('secrets.')) return secretText(value);
  if (typeof value === 'number') {
    if (/^resources\.(?:memory|shm)$/.test(path)) return sizeText(value);
    if (/^health\.(?:interval|timeout|max_age|keep)$|\.backoff$|\.stop_after$/.test(path)) return durationText(value);
    if (/^health\.max_(?:disk|memory)$/.test(path)) return `${value}%`;
  }
  if (Array.isArray(value)) return listText(value, path) ?? '';
  return isRecord(value) ? mapText(value) : String(value);
}

/** Maps that a template can also write in one word, as that word; of others the keys, since values may be secret. */
function mapText(map: Readonly<Record<string, unknown>>): string {
  const { port, host, publish, volume, container, mode, command } = map;
  if (port !== undefined) return `${portText(port, host)}${publish === true ? ' published' : ''}`;
  if (container !== undefined) return [host ?? volume, container, mode].map(String).join(':');
  return typeof command === 'string' ? command : Object.keys(map).join(', ');
}

const portText = (port: unknown, host: unknown): string =>
  [...(host === port ? [] : [host]), port].map(String).join(':');

/** A source can hold a command line with a password in it, so its kind is all that is told. */
function secretText(value: unknown): string {
  if (!isRecord(value)) return String(value);
  if ('kind' in value) return `from ${String(value['kind'])}`;
  return [
    ...('from' in value ? [secretText(value['from'])] : []),
    ...('as' in value ? [`as ${String(value['as'])}`] : []),
  ].join(', ');
}

function withoutPassword(text: string): string {
  return text.replace(/:\/\/[^/@\s]+@/g, '://…@');
}

function cut(text: string): string {
  return text.length <= longest * 2 ? text : `${text.slice(0, longest * 2 - 1)}…`;
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** Bytes as a template spells them, exactly: `8g`, `1536m`. */
export function sizeText(bytes: number): string {
  return inUnits(bytes, [
    ['t', 2 ** 40],
    ['g', 2 ** 30],
    ['m', 2 ** 20],
    ['k', 2 ** 10],
  ]);
}

/** Milliseconds as a template spells them, exactly: `72h`, `90s`. */
export function durationText(ms: number): string {
  return ms === 0
    ? '0s'
    : inUnits(
        ms,
        [
          ['h', 3_600_000],
          ['m', 60_000],
          ['s', 1000],
        ],
        'ms',
      );
}

/** The greatest unit that leaves no fraction. */
function inUnits(value: number, units: readonly (readonly [string, number])[], smallest = ''): string {
  const fitting = value === 0 ? undefined : units.find(([, factor]) => value % factor === 0);
  return fitting === undefined ? `${value}${smallest}` : `${value / fitting[1]}${fitting[0]}`;
}
