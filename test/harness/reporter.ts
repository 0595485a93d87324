import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { HostResults } from './extension-host';

/** Mocha's own `spec` output, and the results as JSON in the file that `BERTH_TEST_RESULT` names. */
module.exports = class extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failures: { title: string; message: string }[] = [];
    runner.on('fail', (test, error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ title: test.fullTitle(), message });
    });
    runner.once('end', () => {
      const { passes = 0, pending = 0 } = runner.stats ?? {};
      const results: HostResults = { passed: passes, failed: failures.length, pending, failures };
      const target = process.env['BERTH_TEST_RESULT'];
      if (target !== undefined) writeFileSync(target, JSON.stringify(results));
    });
  }
};
