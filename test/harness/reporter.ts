import { writeFileSync } from 'node:fs';
import { reporters, type MochaOptions, type Runner } from 'mocha';

/** What a suite came to, as the runner sums it up. */
export interface SuiteResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Mocha's own spec reporter that also writes its sums as JSON to the file that `BERTH_TEST_SUMS` names. */
export class SumsReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env['BERTH_TEST_SUMS'];
      const { passes, failures, pending } = this.stats;
      const result: SuiteResult = { passed: passes, failed: failures, skipped: pending };
      if (file !== undefined) writeFileSync(file, JSON.stringify(result));
    });
  }
}

module.exports = SumsReporter;
