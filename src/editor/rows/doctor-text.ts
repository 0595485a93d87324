import type { DoctorReport, FindingLevel } from '../../core/doctor';

const marks: Readonly<Record<FindingLevel, string>> = { ok: '✔', warn: '▲', fail: '✖' };

/** Pure: a doctor's report as a page, what is wrong first. */
export function doctorText(report: DoctorReport): string {
  const order: readonly FindingLevel[] = ['fail', 'warn', 'ok'];
  const sorted = order.flatMap((level) => report.findings.filter((finding) => finding.level === level));
  const lines = sorted.map(({ level, message, mend }) => {
    return `${marks[level]} ${message}${mend === undefined ? '' : `\n    → ${mend}`}`;
  });
  const verdict = report.healthy ? 'All that Berth needs is there.' : 'Something that Berth needs is missing.';
  return `# Berth Doctor\n\n${verdict}\n\n${lines.join('\n\n')}\n`;
}
