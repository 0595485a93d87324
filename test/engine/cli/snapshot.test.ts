import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Bed, type UpDocument } from './bed';
import { errorOf } from '../../harness/berth';

interface SnapshotDocument {
  readonly name: string;
  readonly note: string | null;
  readonly tag: string;
  readonly generation: number;
  readonly size_bytes: number;
  readonly own_bytes: number;
  readonly used_by: readonly string[];
  readonly image: string;
  readonly volumes: readonly { readonly purpose: string; readonly target: string; readonly size_bytes: number }[];
}

describe('berth snapshot', function () {
  this.timeout(120_000);
  const bed = new Bed();
  const planted = `planted-${randomBytes(8).toString('hex')}`;
  let folder: string;
  let archives: string;
  let made: UpDocument;
  const berth = (...args: readonly string[]) => bed.berth.json(args, { cwd: folder, env: { TOKEN_SOURCE: planted } });
  const snapshots = async (...args: readonly string[]) => {
    const { code, document } = await berth('snapshot', ...args);
    return { code, document: document as Record<string, unknown> & { snapshots: SnapshotDocument[] } };
  };
  const root = (...argv: readonly string[]) => bed.docker('exec', '-u', '0', made.container.name, ...argv);
  const tags = () =>
    bed.docker(
      'images',
      '--format',
      '{{.Repository}}:{{.Tag}}',
      '--filter',
      `label=dev.berth.project=${made.project.id}`,
    );

  before(async () => {
    folder = bed.folder('kept', {
      secrets: { TOKEN: { from: 'env:TOKEN_SOURCE' }, KEY: { from: 'env:TOKEN_SOURCE', as: 'file', path: '~/.key' } },
      environment: { COLOUR: 'red' },
    });
    const { code, stdout } = await bed.run(['up', folder, '--json'], { env: { TOKEN_SOURCE: planted } });
    assert.equal(code, 0, stdout);
    made = JSON.parse(stdout) as UpDocument;
    await root('sh', '-c', 'echo mine > /opt/mine; echo home > /home/dev/at-home');
  });
  after(async () => {
    const left = await tags();
    await bed.dispose();
    if (left !== '') await bed.docker('rmi', '-f', ...left.split('\n'));
  });

  it('keeps what the container has beyond its image, with a note, and lists it with its size', async () => {
    const { code, document } = await snapshots('create', 'first', '--note', 'before "$HOME"\n changes');
    assert.equal(code, 0, JSON.stringify(document));
    const { document: listed } = await snapshots('ls');
    const [first, ...others] = listed.snapshots;
    assert.deepEqual(others, []);
    assert.deepEqual(document['snapshot'], first);
    assert.equal(first?.note, 'before "$HOME" changes');
    assert.deepEqual([first.generation, first.used_by], [1, []]);
    assert.ok(first.own_bytes > 0 && first.own_bytes < first.size_bytes / 10, JSON.stringify(first));
    assert.equal(await bed.docker('run', '--rm', '--entrypoint', 'cat', first.tag, '/opt/mine'), 'mine');
    assert.equal(await bed.docker('inspect', '-f', '{{.State.Running}}', made.container.id), 'true');
  });

  it('has no secret in it: not in a file, not in its environment, its labels or its history', async () => {
    const [first] = (await snapshots('ls')).document.snapshots;
    const tag = first?.tag ?? '';
    assert.match(await root('grep', '-rl', planted, '/run/berth'), /secrets/, 'the container itself has it');
    const look = `grep -rl -e ${planted} / --exclude-dir=proc --exclude-dir=sys; test -e /home/dev/at-home && echo home; true`;
    assert.equal(await bed.docker('run', '--rm', '--entrypoint', 'sh', tag, '-c', look), '');
    const told = (await bed.docker('inspect', tag)) + (await bed.docker('history', '--no-trunc', tag));
    assert.ok(!told.includes(planted));
  });

  it('is taken for no image of a template, by whatever clears these away', async () => {
    const { document } = await bed.berth.json(['gc', '--all', '--dry-run'], { cwd: folder });
    assert.ok(!JSON.stringify(document).includes('berth-snapshot'));
  });

  it('refuses a name that is taken, one that cannot be one, and what it does not know', async () => {
    assert.equal(errorOf((await snapshots('create', 'first')).document).code, 'snapshot_exists');
    assert.equal(errorOf((await snapshots('create', 'A b')).document).code, 'bad_usage');
    assert.equal(errorOf((await snapshots('rm', 'none', '--force')).document).code, 'snapshot_not_found');
    const { code, document } = await snapshots('rm', 'first');
    assert.deepEqual([code, errorOf(document).code], [2, 'bad_usage'], 'nobody is there to confirm it');
  });

  it('removes none that a container is made from; the rest one by one, or all but the newest', async () => {
    for (const name of ['second', 'third']) assert.equal((await snapshots('create', name)).code, 0);
    const [newest] = (await snapshots('ls')).document.snapshots;
    assert.equal(newest?.name, 'third');
    const user = await bed.docker('create', '--label', 'dev.berth.kind=helper', newest.tag, 'true');
    try {
      assert.equal(errorOf((await snapshots('rm', 'third', '--force')).document).code, 'snapshot_in_use');
    } finally {
      await bed.docker('rm', user);
    }
    const names = (some: unknown) => (some as SnapshotDocument[]).map(({ name }) => name);
    const dry = (await snapshots('prune', '--keep', '1', '--dry-run')).document;
    assert.deepEqual([names(dry['removed']), names(dry['kept'])], [['second', 'first'], ['third']]);
    assert.equal((await snapshots('ls')).document.snapshots.length, 3);
    const { document } = await snapshots('prune', '--keep', '1', '--force');
    assert.deepEqual(names(document['removed']), ['second', 'first']);
    assert.deepEqual(
      (await tags()).split('\n').filter((tag) => tag.includes('berth-snapshot')),
      [newest.tag],
    );
  });

  it('puts the project back, with its volumes where asked, and is not lost to a refresh; a rollback has all of now', async () => {
    const sh = async (line: string) => root('sh', '-c', line);
    const { document: full } = await snapshots('create', 'full', '--volumes');
    const { image, volumes } = full['snapshot'] as SnapshotDocument;
    assert.deepEqual(
      volumes.map(({ purpose, target }) => [purpose, target]),
      [['home', '/home/dev']],
    );
    archives = join(bed.berth.berthHome, 'state', 'snapshots', image.replace('sha256:', ''));
    const modes = [archives, join(archives, '0.tar')].map((path) => statSync(path).mode & 0o777);
    assert.deepEqual(modes, [0o700, 0o600]);
    assert.equal(statSync(join(archives, '0.tar')).size, volumes[0]?.size_bytes);
    await sh('echo later > /opt/later; echo later > /home/dev/at-home');

    const waits = await snapshots('restore', 'full');
    assert.equal(errorOf(waits.document).code, 'refresh_waits');
    const { document: dry } = await snapshots('restore', 'full', '--dry-run');
    assert.match(JSON.stringify(dry['loss']), /\/opt\/later/);
    const { code, document } = await snapshots('restore', 'full', '--volumes', '--force');
    assert.equal(code, 0, JSON.stringify(document));
    assert.equal((document['container'] as UpDocument['container']).generation, 2);
    const look = 'cat /opt/mine /home/dev/at-home; ls /opt/later 2>/dev/null; true';
    assert.equal(await sh(look), 'mine\nhome');
    assert.match(await sh(`grep -rl ${planted} /run/berth`), /secrets/);

    // An edit makes it stale; what it is on would be lost all the same.
    bed.folder('kept', { environment: { COLOUR: 'blue' }, health: { command: 'false' } });
    const status = (await berth('status')).document;
    assert.equal(status['restored'], 'full');
    const refresh = errorOf((await berth('refresh')).document);
    assert.equal(refresh.code, 'refresh_waits');
    assert.match(JSON.stringify(refresh), /restored from snapshot full: a refresh would go back to the template/);
    const before = await bed.leftovers('volume');
    const failed = errorOf((await snapshots('restore', 'full', '--volumes', '--force')).document);
    assert.equal(failed.code, 'canary_failed');
    assert.deepEqual(await bed.leftovers('volume'), before, 'what was filled for nobody is gone');

    assert.deepEqual((await berth('rollback')).document['returned'], ['/home/dev']);
    assert.equal(await sh(look), 'mine\nlater\n/opt/later');
    assert.equal(errorOf((await snapshots('rm', 'full', '--force')).document).code, 'snapshot_in_use');
  });

  it('begins another project, and writes over no template that is there', async () => {
    const other = join(bed.dir, 'from-it');
    const { code, document } = await snapshots('new', 'full', other);
    assert.equal(code, 0, JSON.stringify(document));
    const { container } = document as unknown as UpDocument;
    const told = await bed.docker('exec', container.name, 'sh', '-c', 'cat /opt/mine; echo $COLOUR; id -un');
    assert.equal(told, 'mine\nred\nroot');
    const template = readFileSync(join(other, 'berth.yaml'), 'utf8');
    assert.equal(errorOf((await snapshots('new', 'full', other)).document).code, 'file_exists');
    assert.equal(readFileSync(join(other, 'berth.yaml'), 'utf8'), template);
    assert.equal((await bed.run(['rm', other, '--purge', '--force'])).code, 0);
  });

  it('is in the journal, and outlives its project', async () => {
    const { document } = await bed.berth.json(['history', folder]);
    const kinds = (document['entries'] as { kind: string; cause: string | null }[]).map(({ kind, cause }) => [
      kind,
      cause,
    ]);
    assert.deepEqual(kinds.find(([kind]) => kind === 'snapshot_removed')?.[1], 'first');
    assert.deepEqual(kinds.find(([kind]) => kind === 'snapshot_made')?.[1], 'full');
    assert.deepEqual(kinds.find(([kind]) => kind === 'snapshot_restored')?.[1], 'full');
    const gone = await bed.run(['rm', folder, '--purge', '--force']);
    assert.equal(gone.code, 0, gone.stderr);
    assert.equal((await snapshots('ls', '-p', 'kept')).document.snapshots.length, 2);
    for (const name of ['third', 'full']) assert.equal((await snapshots('rm', name, '--force')).code, 0);
    assert.ok(!existsSync(archives), 'with the volumes that were kept');
    assert.deepEqual((await snapshots('ls', '--all')).document.snapshots, []);
  });
});
