import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

interface Failure {
  readonly title: string;
  readonly message: string;
}

/**
 * The one entry that runs the suites of this folder inside an extension host: of the editor servers here, and of the
 * desktop editor under @vscode/test-electron. Each wants a window of its own kind, so the caller names those that it
 * opened one for by `BERTH_TEST_FILES`, and a file for the results by `BERTH_TEST_RESULT`.
 */
export async function run(): Promise<void> {
  const only = process.env['BERTH_TEST_GREP'];
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 60_000, color: false, ...(only && { grep: only }) });
  const wanted = process.env['BERTH_TEST_FILES']?.split(',');
  for (const name of readdirSync(__dirname).sort()) {
    if (!name.endsWith('.test.js')) continue;
    if (wanted === undefined || wanted.includes(name.replace(/\.test\.js$/, ''))) mocha.addFile(join(__dirname, name));
  }
  const failures: Failure[] = [];
  const stats = await new Promise<Mocha.Stats | undefined>((resolve) => {
    const runner: Mocha.Runner = mocha.run(() => resolve(runner.stats));
    runner.on('fail', (test, error: unknown) => {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ title: test.fullTitle(), message });
    });
  });
  const results = { passed: stats?.passes ?? 0, failed: failures.length, pending: stats?.pending ?? 0, failures };
  const target = process.env['BERTH_TEST_RESULT'];
  if (target !== undefined) writeFileSync(target, JSON.stringify(results));
  if (failures.length > 0) throw new Error(`${failures.length} of the tests failed`);
}
