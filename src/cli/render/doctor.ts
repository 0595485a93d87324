import type { DoctorReport } from '../../core/doctor';
import { printable, type Style } from './style';

/** `berth doctor` for a person: one line a finding, the way to mend it under it. */
export function doctorText({ findings, healthy }: DoctorReport, style: Style): string {
  const paint = { ok: style.green, warn: style.yellow, fail: style.red };
  return [
    ...findings.flatMap(({ check, level, message, mend }) => [
      `${paint[level](level.padEnd(4))}  ${check.padEnd(11)}  ${printable(message)}`,
      ...(mend === undefined ? [] : [`${' '.repeat(19)}→ ${printable(mend)}`]),
    ]),
    '',
    healthy ? 'Berth can work here.' : 'Berth cannot work until what failed is mended.',
  ].join('\n');
}
