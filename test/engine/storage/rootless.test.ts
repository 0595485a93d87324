import assert from 'node:assert/strict';
import { chmod, chown, lstat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noProgress } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { readProjectState, writeProjectState } from '../../../src/core/projects/state-file';
import { startRootless, type RootlessEngine, type RootlessKind } from '../../harness/rootless';
import { testEngine } from '../../harness/mocha-engine';
import { Fixture } from '../projects/fixture';
import { runIn } from './run-in';

const spec = [
  '  volumes: [{ volume: data, container: /data }]',
  '  secrets: { WORD: { from: "command:echo spoken" } }',
  '  security: { network: none }',
  '',
].join('\n');

describe('whose files are whose on an engine without rights', function () {
  this.timeout(180_000);

  for (const [kind, user] of [
    ['docker', 'root'],
    ['podman', 'dev'],
  ] as const satisfies readonly (readonly [RootlessKind, string])[]) {
    describe(`rootless ${kind}`, () => {
      let engine: RootlessEngine;
      let fixture: Fixture;
      let folder: string;
      let row: ProjectRow;

      before(async () => {
        engine = await startRootless(kind);
        fixture = await Fixture.create(engine.socket);
        // The engine's user has to come through; the test's own folder is root's.
        await chmod(fixture.dir, 0o711);
        folder = await fixture.folder(`rootless-${kind}`, spec, engine.uid);
        await engine.load(testEngine(), await imageFor(kind === 'docker' ? 0 : engine.uid));
        ({ row } = await fixture.up(folder));
      });
      after(async () => {
        await fixture.dispose();
        await engine.dispose();
      });

      /** Has the same template's image built where building is quick, for a user of this number. */
      const imageFor = async (owner: number): Promise<string> => {
        const elsewhere = await Fixture.create();
        try {
          const { row: built } = await elsewhere.up(await elsewhere.folder('same', spec, owner));
          return built.image;
        } finally {
          await elsewhere.dispose();
        }
      };
      const owners = async (...names: readonly string[]): Promise<number[]> =>
        (await Promise.all(names.map((name) => lstat(join(folder, name))))).map(({ uid }) => uid);

      it('takes the user in for who owns the folder, both ways', async () => {
        await writeFile(join(folder, 'theirs'), 'outside\n', { mode: 0o600 });
        await chown(join(folder, 'theirs'), engine.uid, engine.gid);
        const told = await runIn(fixture.core, row, 'id -un; cat theirs; mkdir -p deep; echo made >deep/mine; >empty');
        assert.equal(told, `${user}\noutside`);
        assert.deepEqual(await owners('theirs', 'deep', 'deep/mine', 'empty'), Array(4).fill(engine.uid));
      });

      it('gives the user the volumes and the secrets’ memory, and keeps the volumes through another container', async () => {
        const mine = 'stat -c %U ~ /data /run/berth/secrets; [ -w ~ ] && [ -w /data ] && echo written >/data/x';
        const first = await runIn(fixture.core, row, `${mine}; echo kept >~/note; echo $WORD`);
        assert.equal(first, [user, user, user, 'spoken'].join('\n'));
        // As if the image were a newer one than the home folder's: a helper of Berth's looks at both, and writes.
        const { volumes } = await readProjectState(fixture.core.home, row.id);
        const homeFiles = { volume: volumes?.['home'] ?? '', image: 'an older one' };
        await writeProjectState(fixture.core.home, row.id, { homeFiles });
        await runIn(fixture.core, row, 'rm ~/.profile');
        const again = await fixture.core.projects.up(folder, { rebuild: true }, noProgress);
        assert.notEqual(again.row.container, row.container);
        assert.deepEqual(
          again.notices.filter((notice) => !notice.startsWith('The engine is rootless')),
          [],
        );
        assert.equal(
          await runIn(fixture.core, again.row, 'cat ~/note /data/x; stat -c %U ~/note'),
          `kept\nwritten\n${user}`,
        );
        row = again.row;
      });
    });
  }
});
