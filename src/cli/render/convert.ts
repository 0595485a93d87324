import type { Converted } from '../result';
import { printable, type Style } from './style';

/** What was written and what could not be carried; the file's own text where it was to be printed. */
export function convertText(converted: Converted, style: Style): string {
  const { verb, files, source, carried, notCarried, written } = converted;
  const [file] = files;
  // The comments at its top say what is missing.
  if (!written) return (file?.text ?? '').trimEnd();
  const count = `${carried.length} carried, ${notCarried.length} not`;
  return [
    `${style.bold(printable(files.map(({ path }) => path).join(' and ')))} ${verb} from ${printable(source)} (${count}).`,
    ...(notCarried.length === 0 ? [] : ['Not carried:']),
    ...notCarried.flatMap(({ from, reason, instead }) => [
      `  ${style.yellow(printable(from))}: ${printable(reason)}`,
      ...(instead === undefined ? [] : [`    instead: ${printable(instead)}`]),
    ]),
    ...notes(converted, style),
    ...(verb === 'imported' ? ['Next: read it, then berth up'] : []),
  ].join('\n');
}

function notes({ carried }: Converted, style: Style): string[] {
  const told = carried.filter(({ note }) => note !== undefined);
  if (told.length === 0) return [];
  return [
    'Carried with a difference:',
    ...told.map(({ from, to, note }) => `  ${style.dim(printable(`${from} → ${to}`))}: ${printable(note ?? '')}`),
  ];
}

/** The keys are a contract: docs/cli.md. */
export function convertJson({ source, files, written, carried, needless, notCarried }: Converted) {
  return { source, written, files, carried, needless, not_carried: notCarried };
}
