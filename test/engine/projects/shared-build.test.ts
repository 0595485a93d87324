import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Core } from '../../../src/core';
import { noProgress } from '../../../src/core/log';
import { Berth, finish } from '../../harness/berth';
import { base, engineUrl } from '../engine/fixture';
import { ImageBed, work } from './image-bed';

describe('builds of one fingerprint', function () {
  this.timeout(300_000);
  let bed: ImageBed;
  let core: Core;
  let tools: string;
  before(async () => {
    bed = await ImageBed.open();
    core = bed.core();
    // A base with what Berth needs in it, so that the builds here take seconds.
    const built = await bed.build(core, await bed.folder('tools', { base_image: base }));
    tools = bed.goes(`${bed.name}/tools:1`);
    await (await core.engine.get()).tagImage(built.image, tools);
  });
  after(() => bed.close());

  it('by five processes at once are one build, which the others wait for', async () => {
    const mark = randomBytes(4).toString('hex');
    const folder = await bed.folder('five', { base_image: tools, run: [`echo ${mark}; sleep 2`] });
    const berth = new Berth(engineUrl());
    const args = ['build', 'berth.yaml', '--json', '--progress', 'json'];
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => finish(await berth.start(args, { cwd: folder }))),
    );
    const documents = answers.map(({ stdout }) => JSON.parse(stdout) as { reused: boolean; image: { id: string } });
    assert.deepEqual(
      answers.map(({ code }) => code),
      [0, 0, 0, 0, 0],
    );
    assert.equal(documents.filter(({ reused }) => !reused).length, 1, 'one of them built');
    assert.equal(new Set(documents.map(({ image }) => image.id)).size, 1);
    const told = answers.map(({ stderr }) => stderr);
    assert.equal(told.filter((text) => text.includes(`"text":"${mark}"`)).length, 1, 'one build on the engine');
    assert.ok(told.some((text) => text.includes('Another process builds this image already')));
  });

  it('are taken over when the one that builds is cancelled', async () => {
    const folder = await bed.folder('cancelled', {
      base_image: tools,
      run: [`echo ${randomBytes(4).toString('hex')}; sleep 2`],
    });
    const template = join(folder, 'berth.yaml');
    const stop = new AbortController();
    let began = (): void => undefined;
    const running = new Promise<void>((resolve) => (began = resolve));
    const first = core.projects.buildImage(
      template,
      folder,
      {},
      (event) => event.kind === 'line' && began(),
      stop.signal,
    );
    await running;
    let waits = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (waits = resolve));
    const other = bed.core();
    const second = other.projects.buildImage(template, folder, {}, (event) => event.kind === 'notice' && waits());
    await waiting;
    stop.abort();
    await assert.rejects(first, { name: 'AbortError' });
    assert.equal((await second).reused, false);
  });

  it('end at once for one that waits and is cancelled', async () => {
    const folder = await bed.folder('waiting', {
      base_image: tools,
      run: [`echo ${randomBytes(4).toString('hex')}; sleep 2`],
    });
    const template = join(folder, 'berth.yaml');
    const first = core.projects.buildImage(template, folder, {}, noProgress);
    const stop = new AbortController();
    const tell = (event: { readonly kind: string }) => event.kind === 'notice' && stop.abort();
    // Whichever of them comes second is told to wait, and gives up.
    const second = bed.core().projects.buildImage(template, folder, {}, tell, stop.signal);
    const [one, two] = await Promise.allSettled([first, second]);
    assert.equal(one.status, 'fulfilled');
    if (two.status === 'rejected') assert.equal((two.reason as Error).name, 'AbortError');
    else assert.equal(one.value.reused, true, 'the second was the first');
  });

  it('are done anew with --no-cache, and not for --rebuild of the container', async () => {
    const folder = await bed.folder('anew', { base_image: tools, run: ['date +%N >/made'] });
    const first = await bed.build(core, folder);
    const anew = await bed.build(core, folder, { noCache: true });
    assert.equal(anew.tag, first.tag);
    assert.notEqual(anew.image, first.image);
    assert.deepEqual(work(anew.requests), ['POST /build']);
    await core.projects.up(folder, {}, noProgress);
    const { row } = await core.projects.up(folder, { rebuild: true }, noProgress);
    assert.equal(row.generation, 2);
    assert.equal((await (await core.engine.get()).inspectImage(first.tag))?.id, anew.image);
  });
});
