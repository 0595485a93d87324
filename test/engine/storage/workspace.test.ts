import assert from 'node:assert/strict';
import { chmod, chown, lstat, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { BerthError } from '../../../src/core/errors';
import type { ProjectRow } from '../../../src/core/model';
import { readProjectState, writeProjectState } from '../../../src/core/projects/state-file';
import { Fixture } from '../projects/fixture';
import { runIn } from './run-in';

describe('storage: a workspace that is a volume', () => {
  let fixture: Fixture;
  let folder: string;
  let row: ProjectRow;
  before(async () => {
    fixture = await Fixture.create();
    folder = await fixture.folder('copied', '  workspace: { mode: volume }\n', 4242);
    await mkdir(join(folder, 'deep/er'), { recursive: true });
    await writeFile(join(folder, 'deep/er/run me'), 'echo ran\n');
    await chmod(join(folder, 'deep/er/run me'), 0o755);
    await writeFile(join(folder, 'empty'), '');
    await writeFile(join(folder, `${'long-'.repeat(40)}name`), 'long');
    await symlink('deep/er', join(folder, 'link'));
    const server = createServer().listen(join(folder, 'socket'));
    try {
      const made = await fixture.up(folder);
      row = made.row;
      assert.match(made.notices.join('\n'), /is a copy of .*\n.*sockets, pipes or devices: socket\./);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
  after(() => fixture.dispose());

  const run = (script: string) => runIn(fixture.core, row, script);
  const copy = (direction: 'out' | 'in', to: string, overwrite = false) =>
    fixture.core.projects.copyWorkspace(row, { direction, folder: to, overwrite });

  it('begins as a copy of the folder, the user’s own, and lives apart from it', async () => {
    const look =
      'id -u; stat -c "%u:%g %a" "deep/er/run me" . deep; ./link/run\\ me; stat -c %s empty; cat long-*; ls socket 2>&1 | wc -l';
    assert.equal(await run(look), '4242\n4242:4242 755\n4242:4242 755\n4242:4242 755\nran\n0\nlong1');
    await run('echo inside >made && rm empty');
    assert.deepEqual((await readdir(folder)).includes('made'), false);
    assert.equal((await stat(join(folder, 'empty'))).size, 0);
  });

  it('is copied out with its links and modes, and over nothing that differs unless told', async () => {
    const to = join(fixture.dir, 'work', 'out');
    await run('ln "deep/er/run me" again; echo changed >changed');
    const first = await copy('out', to);
    assert.deepEqual(first.skipped, []);
    assert.equal(await readlink(join(to, 'link')), 'deep/er');
    assert.equal((await stat(join(to, 'deep/er/run me'))).mode & 0o777, 0o755);
    assert.equal(await readFile(join(to, 'again'), 'utf8'), 'echo ran\n');
    assert.deepEqual((await copy('out', to)).files, first.files);
    await writeFile(join(to, 'changed'), 'outside');
    await writeFile(join(to, 'own'), 'stays');
    await assert.rejects(copy('out', to), (error: unknown) => {
      assert.ok(error instanceof BerthError && error.code === 'file_exists', String(error));
      assert.deepEqual(
        error.errors?.map(({ path }) => path),
        ['changed'],
      );
      return true;
    });
    assert.equal(await readFile(join(to, 'changed'), 'utf8'), 'outside');
    await copy('out', to, true);
    assert.equal(await readFile(join(to, 'changed'), 'utf8'), 'changed\n');
    assert.equal(await readFile(join(to, 'own'), 'utf8'), 'stays');
  });

  it('writes nothing outside the folder through a link that lies there, or a folder in the way', async () => {
    const to = join(fixture.dir, 'work', 'trap');
    const elsewhere = join(fixture.dir, 'work', 'elsewhere');
    await mkdir(to);
    await mkdir(elsewhere);
    await symlink(elsewhere, join(to, 'deep'));
    await assert.rejects(
      copy('out', to, true),
      (error: unknown) => error instanceof BerthError && error.code === 'file_exists',
    );
    assert.deepEqual(await readdir(elsewhere), []);
    assert.ok((await lstat(join(to, 'deep'))).isSymbolicLink());
  });

  it('takes a folder in, stopped too, as the user’s own', async () => {
    const from = join(fixture.dir, 'work', 'from');
    await mkdir(from);
    await writeFile(join(from, 'came'), 'in');
    await writeFile(join(from, 'changed'), 'newer');
    await chown(join(from, 'came'), 0, 0);
    row = await fixture.core.projects.stop(row);
    await assert.rejects(
      copy('in', from),
      (error: unknown) => error instanceof BerthError && error.code === 'file_exists',
    );
    assert.equal((await copy('in', from, true)).files, 2);
    row = await fixture.core.projects.start(row);
    assert.equal(await run('stat -c %u came changed; cat came changed made'), '4242\n4242\ninnewerinside');
  });

  it('stays with the project when the container is removed, and is named when it would be deleted', async () => {
    await fixture.core.projects.remove(row, { purge: false });
    await writeFile(join(folder, 'later'), 'not copied');
    row = (await fixture.up(folder)).row;
    assert.equal(await run('cat made; ls later empty 2>&1 | wc -l'), 'inside\n2');
    const storage = await fixture.core.projects.storage(row, { patienceMs: 20_000 });
    assert.deepEqual(
      storage.map(({ label, target, sizeBytes }) => `${label} ${target} ${(sizeBytes ?? 0) > 0}`),
      ['home /home/dev true', 'workspace /workspace true'],
    );
  });

  it('is filled again where the copy was interrupted before anyone worked in it', async () => {
    const engine = await fixture.core.engine.get();
    const { name } = (await fixture.core.projects.storage(row, { patienceMs: 0 })).find(
      ({ label }) => label === 'workspace',
    )!;
    await fixture.core.projects.remove(row, { purge: false });
    await engine.removeVolume(name);
    await writeProjectState(fixture.core.home, row.id, { filling: name });
    const made = await fixture.up(folder);
    row = made.row;
    assert.match(made.notices.join('\n'), /The workspace was on .* which is gone/);
    assert.equal(await run('cat later; ls made 2>&1 | wc -l'), 'not copied1');
    assert.equal((await readProjectState(fixture.core.home, row.id)).filling, null);
    await fixture.core.projects.stop(row);
    await writeProjectState(fixture.core.home, row.id, { filling: name });
    await assert.rejects(fixture.core.projects.start(row), /was interrupted/);
    await writeProjectState(fixture.core.home, row.id, { filling: null });
  });
});
