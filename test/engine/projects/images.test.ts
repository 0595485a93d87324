import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noProgress } from '../../../src/core/log';
import type { BerthImage, PrunePlan } from '../../../src/core/projects/images';
import { Fixture } from './fixture';

/** Every plan here sees the whole engine, which may be shared: only this suite's own images are ever pruned. */
describe('the images that Berth built', function () {
  this.timeout(180_000);
  let fixture: Fixture;
  const made = new Set<string>();

  before(async () => {
    fixture = await Fixture.create();
  });

  after(async () => {
    const engine = await fixture.core.engine.get();
    await fixture.dispose();
    for (const id of made) {
      const image = await engine.inspectImage(id);
      for (const tag of image?.tags ?? []) await engine.removeImage(tag);
      if (image?.tags.length === 0) await engine.removeImage(id);
    }
  });

  async function build(folder: string, noCache = false): Promise<BerthImage> {
    const { image } = await fixture.core.projects.buildImage(
      join(folder, 'berth.yaml'),
      folder,
      { noCache },
      noProgress,
    );
    made.add(image);
    return found(image, folder);
  }

  async function found(id: string, folder: string): Promise<BerthImage> {
    const image = (await fixture.core.images.list([folder])).find((one) => one.id === id);
    assert.ok(image !== undefined, 'the image is listed');
    return image;
  }

  const plan = (folder: string, all = false): Promise<PrunePlan> =>
    fixture.core.images.planPrune({ folders: [folder], all });

  const goes = ({ goes: images }: PrunePlan, { id }: BerthImage): boolean => images.some((one) => one.id === id);

  it('are listed with template, size and what uses them, and go once their template changed and nothing does', async () => {
    const folder = await fixture.folder('used', '  run: ["echo used > /used"]\n');
    const { row } = await fixture.up(folder);
    const engine = await fixture.core.engine.get();
    const id = (await engine.inspectImage(row.image))?.id ?? '';
    made.add(id);
    const used = await found(id, folder);
    assert.deepEqual(used.usedBy, [{ container: row.containerName, project: 'used' }]);
    assert.deepEqual([used.template, used.outdated, used.tags], ['plain', null, [row.image]]);
    assert.ok(used.sizeBytes > 1_000_000 && used.layers.length > 2);
    await fixture.writeTemplate(folder, '  run: ["echo other > /used"]\n');
    assert.equal((await found(id, folder)).outdated, 'its template changed');
    assert.ok(!goes(await plan(folder, true), used), 'never one in use');
    await fixture.core.projects.remove(row, { purge: true });
    const before = await plan(folder);
    assert.ok(goes(before, used));
    const freed = before.freedBy(new Set([id]));
    assert.ok(freed < used.sizeBytes, `${freed} of ${used.sizeBytes}: the base's layers stay`);
    const result = await fixture.core.images.prune(before, new Set([id]));
    assert.deepEqual([result.removed.map((one) => one.id), result.kept, result.freedBytes], [[id], [], freed]);
    assert.equal(await engine.inspectImage(id), null);
  });

  it('stay where a container took one up between plan and prune', async () => {
    const folder = await fixture.folder('raced', '  run: ["echo raced > /raced"]\n');
    const image = await build(folder);
    const early = await plan(folder, true);
    assert.ok(goes(early, image), 'asked for still, so only --all takes it');
    assert.ok(!goes(await plan(folder), image));
    const { row } = await fixture.up(folder);
    const { removed, kept } = await fixture.core.images.prune(early, new Set([image.id]));
    assert.deepEqual([removed, kept.map(({ why }) => why)], [[], ['a container uses it now']]);
    await fixture.core.projects.remove(row, { purge: true });
  });

  it('go by their id where a newer build took the name', async () => {
    // On an image that has the packages already: a build without the cache would fetch and install them again.
    const whole = await build(await fixture.folder('whole', '  run: ["echo whole > /whole"]\n'));
    const folder = await fixture.folder('rebuilt');
    await fixture.writeBare(folder, `  base_image: ${whole.tags[0] ?? ''}\n  run: ["date +%N > /rebuilt"]\n`);
    const first = await build(folder);
    const second = await build(folder, true);
    assert.notEqual(first.id, second.id);
    const replaced = await found(first.id, folder);
    assert.deepEqual([replaced.tags, replaced.outdated], [[], 'replaced by a newer build']);
    assert.equal(second.outdated, null);
    const { removed } = await fixture.core.images.prune(await plan(folder), new Set([first.id]));
    assert.deepEqual(
      removed.map(({ id }) => id),
      [first.id],
    );
    assert.deepEqual((await found(second.id, folder)).tags, second.tags);
  });

  it('are outdated when no template asks for them any more, but not when theirs has mistakes', async () => {
    const folder = await fixture.folder('gone', '  run: ["echo gone > /gone"]\n');
    const image = await build(folder);
    await fixture.writeTemplate(folder, '  rnu: []\n');
    assert.equal((await found(image.id, folder)).outdated, null);
    await rm(join(folder, 'berth.yaml'));
    assert.equal((await found(image.id, folder)).outdated, 'no template asks for it');
  });

  it('are nothing to another user of the engine', async () => {
    const folder = await fixture.folder('whose', '  run: ["echo whose > /whose"]\n');
    const image = await build(folder);
    const other = Fixture.coreAt(join(fixture.dir, 'other home'));
    try {
      const { goes: theirs, stays } = await other.images.planPrune({ folders: [], all: true });
      assert.ok([...theirs, ...stays].every(({ id }) => id !== image.id));
    } finally {
      other.dispose();
    }
  });

  it('are outdated when their base image is another one now', async () => {
    const engine = await fixture.core.engine.get();
    const base = 'berth-images-test/base:1';
    await engine.tagImage('debian:bookworm-slim', base);
    try {
      const folder = await fixture.folder('base', `  base_image: ${base}\n`);
      const image = await build(folder);
      assert.equal(image.outdated, null);
      await engine.tagImage('python:3.12-slim-bookworm', base);
      assert.equal((await found(image.id, folder)).outdated, `its base image ${base} changed`);
    } finally {
      await engine.removeImage(base);
    }
  });
});
