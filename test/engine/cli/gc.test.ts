import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bed } from './bed';
import { errorOf } from '../../harness/berth';

interface GcImage {
  readonly id: string;
  readonly tags: readonly string[];
  readonly outdated: string | null;
  readonly size_bytes: number;
  readonly used_by: readonly { readonly container: string; readonly project: string | null }[];
}

interface GcDocument {
  readonly dry_run: boolean;
  readonly images: readonly GcImage[];
  readonly stays: readonly GcImage[];
  readonly freed_bytes: number;
}

/** Nothing is removed here: the engine may be somebody's, and `gc` looks at all of it. */
describe('berth gc, only saying what would go', function () {
  this.timeout(120_000);
  const bed = new Bed();
  const made = new Set<string>();
  after(async () => {
    await bed.dispose();
    for (const image of made) await bed.docker('rmi', '-f', image);
  });

  async function dryRun(cwd: string, ...more: string[]): Promise<GcDocument> {
    const { code, document } = await bed.berth.json(['gc', '--dry-run', ...more], { cwd });
    assert.equal(code, 0, JSON.stringify(document));
    assert.equal(document['dry_run'], true);
    return document as unknown as GcDocument;
  }

  it('an image in use stays, one whose template changed goes, and nothing is touched', async () => {
    const folder = bed.folder('gc', { environment: { A: '1' }, run: ['echo gc > /gc'] });
    const { container } = await bed.up(folder);
    made.add(container.image);
    const used = (await dryRun(folder, '--all')).stays.find(({ tags }) => tags.includes(container.image));
    assert.deepEqual(used?.used_by, [{ container: container.name, project: 'gc' }]);
    assert.equal(used.outdated, null);
    bed.folder('gc', { run: ['echo changed > /gc'] });
    const stale = (await dryRun(folder)).stays.find(({ tags }) => tags.includes(container.image));
    assert.deepEqual([stale?.outdated, stale?.used_by.length], ['its template changed', 1], 'in use, so it stays');
    await bed.run(['rm', '--purge', '--force'], { cwd: folder });
    const idle = await dryRun(folder);
    const gone = idle.images.find(({ tags }) => tags.includes(container.image));
    assert.equal(gone?.outdated, 'its template changed');
    assert.ok(gone.size_bytes > 0);
    await bed.docker('tag', container.image, 'gc-test.invalid/kept:1');
    made.add('gc-test.invalid/kept:1');
    const named = await dryRun(folder);
    assert.ok(
      named.stays.some(({ id }) => id === gone.id),
      'a name of somebody’s own keeps it',
    );
    await bed.docker('rmi', 'gc-test.invalid/kept:1');
    assert.equal(await bed.docker('images', '--no-trunc', '--quiet', container.image), gone.id);
  });

  it('what somebody built on one of Berth’s images is none of Berth’s', async () => {
    const folder = bed.folder('derived', { run: ['echo derived > /derived'] });
    const { container } = await bed.up(folder);
    made.add(container.image);
    writeFileSync(join(bed.dir, 'Dockerfile'), `FROM ${container.image}\nUSER root\nRUN echo mine > /mine\n`);
    const id = (await bed.docker('build', '--quiet', '--file', join(bed.dir, 'Dockerfile'), bed.dir))
      .split('\n')
      .at(-1);
    made.add(id ?? '');
    const { images, stays } = await dryRun(folder, '--all');
    assert.ok([...images, ...stays].some(({ tags }) => tags.includes(container.image)));
    assert.ok(![...images, ...stays].some((image) => image.id === id), 'though it inherits the labels');
  });

  it('asks where a person is there, and needs --force where none is', async () => {
    const folder = bed.folder('asked', { run: ['echo asked > /asked'] });
    const built = await bed.berth.json(['build', 'berth.yaml'], { cwd: folder });
    made.add((built.document['image'] as { tag: string }).tag);
    bed.folder('asked', { run: ['echo other > /asked'] });
    const { code, document } = await bed.berth.json(['gc'], { cwd: folder });
    assert.deepEqual([code, errorOf(document).code], [2, 'bad_usage']);
    const terminal = await bed.terminal(['gc'], { cwd: folder });
    await terminal.see(/frees up to .*\? \[y\/N\]/);
    terminal.type('\n');
    assert.equal(await terminal.ended, 1);
    assert.match(terminal.shown, /cancelled/);
    assert.notEqual(await bed.docker('images', '--quiet', [...made].at(-1) ?? ''), '');
  });
});
