import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore } from '../../src/core/create';
import { silentLogger } from '../../src/core/log';
import { EDITOR_VERSIONS, ensureEditor, type Editor, type EditorVersion } from '../harness/editors';
import { runInExtensionHost, type HostResults } from '../harness/extension-host';
import { bundleHostTests } from '../harness/host-bundle';
import { testEngine } from '../harness/mocha-engine';
import { REPOSITORY } from '../harness/paths';
import type { WindowKind } from '../harness/workbench';
import { makeFixture, type Fixture } from './fixture';

interface Run {
  readonly suites: readonly string[];
  readonly trust?: boolean;
  /** The engine's address as the extension is given it; the test's engine itself when left out. */
  readonly engine?: string;
  readonly env?: Readonly<Record<string, string>>;
}

describe('windows of their own kind', () => {
  let entry: string;

  before(async () => {
    // Runs for two editors go on at the same time, and neither may read what the other is writing.
    const out = join(REPOSITORY, `dist/test-windows-${process.env['BERTH_TEST_EDITOR'] ?? 'all'}`);
    entry = await bundleHostTests(join(__dirname, 'windows'), out);
  });

  async function run(editor: Editor, fixture: Fixture, what: Run, kind?: WindowKind): Promise<void> {
    const results = await runInExtensionHost(
      editor,
      {
        folder: fixture.folder,
        extensionDir: REPOSITORY,
        userDataDir: fixture.userData,
        testsEntry: entry,
        trust: what.trust ?? true,
        settings: { 'remote.SSH.configFile': fixture.sshConfig },
        env: {
          BERTH_HOME: fixture.home,
          BERTH_TEST_ENGINE: testEngine(),
          BERTH_TEST_FILES: what.suites.join(','),
          DOCKER_HOST: what.engine ?? testEngine(),
          ...what.env,
        },
      },
      kind,
    );
    assert.deepEqual(summary(results), []);
    assert.ok(results.passed > 0, 'nothing ran');
  }

  const only = process.env['BERTH_TEST_EDITOR'];
  const everywhere = process.env['BERTH_TEST_EVERYWHERE'] === '1';
  for (const version of EDITOR_VERSIONS.filter((each) => only === undefined || only === each)) {
    describe(`VS Code ${version}`, () => {
      let editor: Editor;
      let fixture: Fixture;

      before(async function () {
        this.timeout(600_000);
        editor = await ensureEditor(version);
      });

      beforeEach(async () => {
        fixture = await makeFixture();
      });

      afterEach(() => fixture.dispose());

      // A window takes seconds of both cores to open. What can share one does, each suite leaving it as it found it; and
      // what was seen to depend on no editor's age is shown in one of both, by turns, unless it is asked for everywhere.
      const [oldest, newest] = EDITOR_VERSIONS;
      const inOne = (one: EditorVersion) => (everywhere || version === one ? it : () => undefined);

      inOne(newest)(
        'does the main job, plans an edit, refreshes and goes back, makes templates and prunes images',
        () => run(editor, fixture, { suites: ['main-job', 'plan', 'refresh', 'templates'] }),
      );

      it('runs tasks, terminals and what agents call in the container, and keeps what V8 compiled', async () => {
        await run(editor, fixture, { suites: ['tasks-terminal', 'agents'] });
        const kept = await readdir(join(fixture.userData, 'data/User/globalStorage/berth.berth/compiled'));
        const [script] = kept.map((name) => /^(activate-\w+\.js)\.v\d+/.exec(name)?.[1] ?? name);
        assert.equal(kept.length, 1);
        assert.ok(existsSync(join(REPOSITORY, 'dist', script ?? '')), script);
      });

      inOne(oldest)('imports a devcontainer.json', () => run(editor, fixture, { suites: ['import'] }));

      inOne(oldest)('shows services, ports, secrets and what lasts, and asks before git may use credentials', () =>
        run(editor, fixture, { suites: ['services', 'ports', 'storage', 'secrets', 'git'] }),
      );

      inOne(oldest)('hands a project over to Remote-SSH', () => run(editor, fixture, { suites: ['handoff'] }));

      inOne(newest)('outlives the engine', () =>
        run(editor, fixture, { suites: ['engine-lost'], engine: `unix://${fixture.engineSocket}` }),
      );

      inOne(newest)('builds and runs nothing for an untrusted folder', () =>
        run(editor, fixture, { suites: ['untrusted'], trust: false }),
      );

      inOne(oldest)('belongs to its project in a window of the container', async () => {
        const env = { ...process.env, BERTH_HOME: fixture.home, DOCKER_HOST: testEngine() };
        const core = createCore({ log: silentLogger, actor: 'cli', env, installation: REPOSITORY });
        try {
          const { row } = await core.projects.up(fixture.folder, {}, () => undefined);
          try {
            await run(
              editor,
              fixture,
              { suites: ['remote'], env: { BERTH_TEST_ALIAS: row.alias } },
              { alias: row.alias },
            );
          } finally {
            await core.projects.remove(row, { purge: true });
          }
        } finally {
          core.dispose();
        }
      });
    });
  }
});

function summary({ failures }: HostResults): string[] {
  return failures.map(({ title, message }) => `${title}: ${message}`);
}
