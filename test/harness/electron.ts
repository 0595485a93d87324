import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFixture } from '../editor/fixture';
import { EDITOR_VERSIONS } from './editors';
import { RESULT_VARIABLE, type HostResults } from './extension-host';
import { bundleHostTests } from './host-bundle';
import { REPOSITORY } from './paths';
import { Session } from './session';
import { buildBerth, setUpEngine } from './setup';
import { closing, judge, single, type SuiteResult } from './tally';

/** The suites that need no window of a special kind, so that a plain desktop editor can run them in one. */
const SUITES = ['main-job', 'tasks-terminal', 'handoff'];

/**
 * Runs the very suites of the server editors in the desktop editor, downloaded by @vscode/test-electron: for machines
 * with internet and a display. `npm run test:electron`.
 */
async function desktopSuite(version: string, engine: string): Promise<SuiteResult> {
  const { runTests } = await import('@vscode/test-electron');
  const fixture = await makeFixture();
  const scratch = await mkdtemp(join(tmpdir(), 'berth-desktop-'));
  const path = join(scratch, 'results.json');
  const user = join(scratch, 'user');
  // The person's own SSH config is not for tests to write in.
  await mkdir(join(user, 'User'), { recursive: true });
  await writeFile(join(user, 'User/settings.json'), JSON.stringify({ 'remote.SSH.configFile': fixture.sshConfig }));
  try {
    const code = await runTests({
      version,
      extensionDevelopmentPath: REPOSITORY,
      extensionTestsPath: await bundleHostTests(
        join(REPOSITORY, 'test/editor/windows'),
        join(REPOSITORY, 'dist/test-windows'),
      ),
      launchArgs: [fixture.folder, '--disable-workspace-trust', `--user-data-dir=${user}`],
      extensionTestsEnv: {
        BERTH_HOME: fixture.home,
        BERTH_TEST_ENGINE: engine,
        BERTH_TEST_FILES: SUITES.join(','),
        DOCKER_HOST: engine,
        [RESULT_VARIABLE]: path,
      },
    });
    return judge(`desktop ${version}`, code, JSON.parse(await readFile(path, 'utf8')) as HostResults);
  } catch (error) {
    return single(`desktop ${version}`, error instanceof Error ? error.message : String(error));
  } finally {
    await fixture.dispose();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function main(): Promise<number> {
  const session = new Session();
  const results: SuiteResult[] = [];
  try {
    const engine = process.env['BERTH_TEST_ENGINE'] ?? (await setUpEngine(session));
    process.env['BERTH_TEST_ENGINE'] = engine;
    await buildBerth(session);
    for (const version of EDITOR_VERSIONS) {
      session.say(`desktop VS Code ${version}`);
      results.push(await desktopSuite(version, engine));
    }
  } finally {
    await session.end();
  }
  for (const { name, reasons } of results) for (const reason of reasons) console.log(`✖ ${name}: ${reason}`);
  console.log(closing(results));
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

void main().then((code) => process.exit(code));
