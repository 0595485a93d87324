import assert from 'node:assert/strict';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../../src/core';
import type { BerthError } from '../../../src/core/errors';
import { noProgress } from '../../../src/core/log';
import { base } from '../engine/fixture';
import { RegistryBed } from '../engine/registry-bed';
import { ImageBed, work } from './image-bed';

describe('berth.lock', function () {
  this.timeout(400_000);
  let bed: ImageBed;
  let registry: RegistryBed;
  let core: Core;
  let name: string;
  const lockOf = (folder: string) => readFile(join(folder, 'berth.lock'), 'utf8');

  /** Puts another image of this name into the registry, leaving none of it here. @returns its digest */
  async function publish(content: string, keep = false): Promise<string> {
    const engine = await core.engine.get();
    const request = { context: [], buildArgs: {}, labels: {}, noCache: false };
    // With what Berth needs in it, so that the builds here take seconds.
    const { tag } = await bed.build(core, await bed.folder('tools', { base_image: base }));
    await engine.buildImage(
      { ...request, tag: name, dockerfile: `FROM ${tag}\nUSER root\nRUN echo ${content} >/content\n` },
      noProgress,
    );
    const digest = await engine.pushImage(name, noProgress);
    assert.ok(digest !== null);
    bed.goes(`${name.replace(/:[^:]*$/, '')}@${digest}`);
    if (!keep) await engine.removeImage(name);
    return digest;
  }

  before(async () => {
    [bed, registry] = await Promise.all([ImageBed.open(), RegistryBed.open()]);
    const auths = { [registry.registry.host]: { auth: registry.encoded() } };
    core = bed.core(await registry.env({ auths }));
    name = bed.goes(`${registry.registry.host}/${bed.name}/base:1`);
    await publish('first');
  });
  after(async () => {
    await bed.close();
    await registry.close();
  });

  async function contentOf(built: { readonly image: string }): Promise<string> {
    const engine = await core.engine.get();
    const tag = bed.goes(`${bed.name}/look:1`);
    const dockerfile = `FROM ${bed.name}/of:1\nUSER root\nRUN cp /content /copy && cat /content\n`;
    await engine.tagImage(built.image, bed.goes(`${bed.name}/of:1`));
    let said = '';
    const request = { tag, dockerfile, context: [], buildArgs: {}, labels: {}, noCache: true };
    await engine.buildImage(request, (event) => (said += event.kind === 'line' ? event.text : ''));
    return said;
  }

  it('is not written unless it is asked for', async () => {
    const folder = await bed.folder('plain', { base_image: name });
    await bed.build(core, folder);
    await assert.rejects(stat(join(folder, 'berth.lock')), { code: 'ENOENT' });
    await assert.rejects(bed.build(core, folder, { frozen: true }), (error: BerthError) => {
      assert.equal(error.code, 'lock_outdated');
      assert.match(error.message, /^There is no lock file .*berth\.lock, and --frozen changes nothing\.$/);
      return true;
    });
  });

  it('pins a base by its digest until it is renewed, whatever becomes of the tag', async () => {
    const first = await publish('first');
    const folder = await bed.folder('digest', { base_image: name });
    const locked = await bed.build(core, folder, { lock: true });
    const text = await lockOf(folder);
    assert.match(text, new RegExp(`^ {2}"${name}":\\n {4}digest: ${first}$`, 'm'));

    const second = await publish('second', true);
    assert.notEqual(second, first);
    for (const options of [{}, { frozen: true }])
      assert.equal((await bed.build(core, folder, options)).tag, locked.tag);
    // Not even on a machine that has neither image: it is fetched by its digest.
    const engine = await core.engine.get();
    await engine.removeImage(locked.tag);
    await engine.removeImage(`${name.replace(/:1$/, '')}@${first}`);
    const anew = await bed.build(core, folder, { frozen: true });
    assert.ok(anew.requests.includes('POST /images/create'), 'it was pulled');
    assert.match(await contentOf(anew), /first/);
    assert.equal(await lockOf(folder), text);

    const renewed = await bed.build(core, folder, { lock: true });
    assert.match(await lockOf(folder), new RegExp(second));
    assert.match(await contentOf(renewed), /second/);
  });

  it('learns of a base that it does not know yet; frozen, it does not', async () => {
    const folder = await bed.folder('learns', { base_image: name }, { 'berth.lock': 'version: 1\nimages: {}\n' });
    await assert.rejects(bed.build(core, folder, { frozen: true }), {
      code: 'lock_outdated',
      message: `The lock file has no entry for ${name}, and --frozen changes nothing.`,
    });
    const built = await bed.build(core, folder);
    const text = await lockOf(folder);
    assert.match(text, /digest: sha256:/);
    // The same bytes when nothing is new, and no write either.
    const { mtimeNs } = await stat(join(folder, 'berth.lock'), { bigint: true });
    const again = await bed.build(core, folder);
    assert.equal(again.tag, built.tag);
    assert.deepEqual(work(again.requests), []);
    assert.equal((await stat(join(folder, 'berth.lock'), { bigint: true })).mtimeNs, mtimeNs);
  });

  it('pins what came from no registry by its id, and says so', async () => {
    const engine = await core.engine.get();
    const local = bed.goes(`${bed.name}/local:1`);
    await engine.tagImage((await bed.build(core, await bed.folder('tools', { base_image: base }))).image, local);
    const folder = await bed.folder('local', { base_image: local });
    const { events, tag } = await bed.build(core, folder, { lock: true });
    assert.ok(events.some((event) => event.kind === 'notice' && event.message.includes('came from no registry')));
    assert.match(await lockOf(folder), /^ {4}ids:\n {6}linux\/[a-z0-9]+: sha256:[0-9a-f]{64}$/m);
    assert.equal((await bed.build(core, folder, { frozen: true })).tag, tag);
    assert.equal((await core.projects.previewImage(join(folder, 'berth.yaml'), folder)).tag, tag);

    const request = { tag: local, context: [], buildArgs: {}, labels: {}, noCache: false };
    await engine.buildImage(
      { ...request, dockerfile: `FROM ${local}\nUSER root\nRUN echo other >/other\n` },
      noProgress,
    );
    await assert.rejects(bed.build(core, folder, { frozen: true }), {
      code: 'lock_outdated',
      message: `The image ${local} is not the one of the lock file, and --frozen changes nothing.`,
    });
  });

  it('pins the bases of a Dockerfile of one’s own', async () => {
    const files = {
      Dockerfile: `ARG TAG=1\nFROM ${name.replace(/:1$/, ':$TAG')}\nUSER root\nRUN echo own >>/content\n`,
    };
    const folder = await bed.folder('own', { dockerfile: 'Dockerfile' }, files);
    const locked = await bed.build(core, folder, { lock: true });
    assert.match(await lockOf(folder), new RegExp(`"${name}":\\n {4}digest: `));
    await publish('third', true);
    assert.equal((await bed.build(core, folder, { frozen: true })).tag, locked.tag);
    assert.doesNotMatch(await contentOf(locked), /third/);
  });

  it('pins a prebuilt image', async () => {
    const folder = await bed.folder('prebuilt', { image: name });
    const locked = await bed.build(core, folder, { lock: true });
    const before = await lockOf(folder);
    await publish('fourth', true);
    assert.equal((await bed.build(core, folder, { frozen: true })).image, locked.image);
    assert.equal(await lockOf(folder), before);
  });

  it('that is broken is told with line and column, and nothing is built', async () => {
    const text = 'version: 1\nimages:\n  "debian:12":\n    digest: sha256:short\n  "x:1": {}\nmore: 1\n';
    const folder = await bed.folder('broken', { base_image: name }, { 'berth.lock': text });
    await assert.rejects(bed.build(core, folder), (error: BerthError) => {
      assert.equal(error.code, 'lock_invalid');
      const places = (error.errors ?? []).map(({ line, column, path }) => `${line}:${column} ${path}`);
      assert.deepEqual(places, ['4:13 images["debian:12"].digest', '5:10 images["x:1"]', '6:1 more']);
      return true;
    });
    await writeFile(join(folder, 'berth.lock'), 'version: [\n');
    await assert.rejects(bed.build(core, folder), { code: 'lock_invalid' });
    await rm(join(folder, 'berth.lock'));
    await bed.build(core, folder);
  });

  it('holds a container that runs already against it', async () => {
    const folder = await bed.folder('up', { base_image: name });
    await core.projects.up(folder, {}, noProgress);
    await assert.rejects(core.projects.up(folder, { frozen: true }, noProgress), { code: 'lock_outdated' });
    await core.projects.up(folder, { lock: true }, noProgress);
    assert.match(await lockOf(folder), /digest: /);
    await core.projects.up(folder, { frozen: true }, noProgress);
  });
});
