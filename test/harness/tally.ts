import type { HostResults } from './extension-host';

/** What one suite, or one check that counts as a suite of one, came to. */
export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Why it failed: titles of tests, or the reason that there were none. */
  readonly reasons: readonly string[];
}

/** One thing that either held or did not. */
export function single(name: string, reason?: string): SuiteResult {
  const failed = reason === undefined ? 0 : 1;
  return { name, passed: 1 - failed, failed, skipped: 0, reasons: reason === undefined ? [] : [reason] };
}

/** Judges a suite that ended: one without results, without tests, or with a bad end that no test explains has failed. */
export function judge(name: string, code: number, results: HostResults | undefined): SuiteResult {
  if (results === undefined) return single(name, `ended with code ${code} and no results`);
  const { passed, failed, pending } = results;
  if (passed + failed === 0) return single(name, 'ran no test');
  const reasons = results.failures.map(({ title, message }) => `${title}: ${message.split('\n')[0] ?? ''}`);
  if (failed === 0 && code !== 0) {
    return { name, passed, failed: 1, skipped: pending, reasons: [`all tests passed, but it ended with code ${code}`] };
  }
  return { name, passed, failed, skipped: pending, reasons };
}

/** The closing line of a run: `N passed, N failed`, with `, N skipped` only where something was. */
export function closing(results: readonly SuiteResult[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped') => results.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
