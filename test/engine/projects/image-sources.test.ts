import assert from 'node:assert/strict';
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Core } from '../../../src/core';
import { labels } from '../../../src/core/model';
import { noProgress } from '../../../src/core/log';
import { base } from '../engine/fixture';
import { ImageBed, work, type Built } from './image-bed';

/** Makes an image of a Dockerfile, as somebody else than Berth would. */
async function foreign(core: Core, bed: ImageBed, name: string, dockerfile: string): Promise<string> {
  const tag = bed.goes(`${bed.name}/${name}:1`);
  const request = {
    tag,
    dockerfile,
    context: [{ path: 'note', content: name }],
    buildArgs: {},
    labels: {},
    noCache: false,
  };
  await (await core.engine.get()).buildImage(request, noProgress);
  return tag;
}

/** Brings a folder up and runs a line of shell in its container. */
async function said(core: Core, folder: string, line: string): Promise<string> {
  const { row } = await core.projects.up(folder, {}, noProgress);
  const engine = await core.engine.get();
  const run = await engine.exec(row.container ?? '', { argv: ['/bin/sh', '-c', line], user: row.user, stdin: false });
  const [stdout] = await Promise.all([text(run.stdout), text(run.stderr), run.exit]);
  return stdout;
}

describe('images that are not built on a base image', function () {
  this.timeout(400_000);
  let bed: ImageBed;
  let core: Core;
  let made: Built;
  before(async () => {
    bed = await ImageBed.open();
    core = bed.core();
    made = await bed.build(core, await bed.folder('made', { base_image: base }));
    await (await core.engine.get()).tagImage(made.image, bed.goes(`${bed.name}/shared:1`));
  });
  after(() => bed.close());

  describe('spec.image', () => {
    it('gets a thin layer where something is missing, after one look into it that is remembered', async () => {
      const image = await foreign(core, bed, 'plain', `FROM ${base}\nENV KEPT=yes\nRUN echo mine >/mine\n`);
      const folder = await bed.folder('plain', { image });
      const first = await bed.build(core, folder);
      assert.deepEqual(work(first.requests), ['POST /containers/create', 'POST /build']);
      assert.match(first.tag, new RegExp(`^berth/${bed.name}:`));
      const helpers = await (await core.engine.get()).listContainers({ labels: { [labels.kind]: 'helper' } });
      assert.deepEqual(
        helpers.filter(({ image: of }) => of === image),
        [],
      );

      const again = await bed.build(core, folder);
      assert.equal(again.image, first.image);
      assert.deepEqual(work(again.requests), [], 'nothing is built or run for what is there');
      assert.equal(await said(core, folder, 'id -un; echo $KEPT; cat /mine'), 'dev\nyes\nmine\n');
    });

    it('that Berth made for the same user is run as it is, without a build and without a look', async () => {
      const image = `${bed.name}/shared:1`;
      const folder = await bed.folder('shared', { image });
      const built = await bed.build(bed.core({}, 'another-home'), folder);
      assert.deepEqual(work(built.requests), []);
      assert.equal(built.tag, image);
      assert.equal(built.image, made.image);
      assert.equal(built.reused, true);
      assert.equal(await said(core, folder, 'id -u; id -un; pwd'), '1000\ndev\n/workspace\n');
      const { row } = await core.projects.up(folder, {}, noProgress);
      assert.equal(row.image, image);
      assert.deepEqual(row.stale, []);
      assert.equal((await core.projects.plan(row)).class, 'nothing');
    });

    it('for another user gets that user', async () => {
      const image = `${bed.name}/shared:1`;
      const folder = await bed.folder('other-user', { image, user: { name: 'pat' } });
      assert.equal(await said(core, folder, 'id -un; id -u'), 'pat\n1000\n');
    });

    it('that has everything without saying so is looked into, and run as it is', async () => {
      const image = await foreign(core, bed, 'silent', `FROM ${bed.name}/shared:1\nLABEL ${labels.login}=\n`);
      const built = await bed.build(core, await bed.folder('silent', { image }));
      assert.deepEqual(work(built.requests), ['POST /containers/create']);
      assert.equal(built.tag, image);
    });

    it('without a shell is refused in words, and leaves nothing behind', async () => {
      const image = await foreign(core, bed, 'empty', 'FROM scratch\nCOPY note /note\n');
      await assert.rejects(bed.build(core, await bed.folder('empty', { image })), {
        code: 'image_unusable',
        message: `The image ${image} cannot be looked into.`,
      });
      const engine = await core.engine.get();
      const left = await engine.listContainers({ labels: { [labels.owner]: await core.home.owner() } });
      assert.deepEqual(
        left.filter(({ labels: found }) => found[labels.kind] === 'helper'),
        [],
      );
    });

    it('together with packages or run is a mistake of the template', async () => {
      const folder = await bed.folder('both', { image: base, run: ['true'], packages: { apt: ['tree'] } });
      await assert.rejects(bed.build(core, folder), (error) => {
        assert.ok(error instanceof Error && 'code' in error && 'errors' in error);
        assert.equal(error.code, 'template_invalid');
        const paths = (error.errors as { path: string; line: number }[]).map(({ path }) => path);
        assert.deepEqual(paths.sort(), ['spec.packages.apt', 'spec.run']);
        return true;
      });
    });
  });

  describe('spec.dockerfile', () => {
    const dockerfile = [
      'ARG RELEASE=none',
      'FROM debian:${RELEASE} AS first',
      'ARG RELEASE',
      'RUN echo "$RELEASE" >/release',
      'FROM first',
      'COPY . /context',
      '',
    ].join('\n');
    const files = {
      'dev/Dockerfile': dockerfile,
      'dev/.dockerignore': '*.log\nsecret/**\n!secret/not.txt\n',
      'dev/kept.txt': 'kept',
      'dev/left-out.log': 'log',
      'dev/secret/key.txt': 'key',
      'dev/secret/not.txt': 'not a secret',
    };
    const spec = { dockerfile: 'dev/Dockerfile', build_args: { RELEASE: 'bookworm-slim' } };

    it('is built with its folder as context, and Berth’s layers are laid upon it', async () => {
      const folder = await bed.folder('own', spec, files);
      const line = 'id -un; cat /release; cd /context; find . -type f | sort; cat kept.txt';
      const expected = ['dev', 'bookworm-slim', './.dockerignore', './Dockerfile', './kept.txt', './secret/not.txt'];
      assert.equal(await said(core, folder, line), `${expected.join('\n')}\nkept`);
      const names = (await (await core.engine.get()).listImages({ labels: {} })).flatMap(({ tags }) => tags);
      assert.deepEqual(
        names.filter((name) => name.includes(`${bed.name}-own`)),
        [],
        'its own image keeps no name',
      );
    });

    it('is not built again for what is left out, for new file times, or for an edit of ports', async () => {
      const folder = await bed.folder('own', { ...spec, ports: [3000] }, files);
      const { tag } = await bed.build(core, folder);
      await writeFile(join(folder, 'dev/another.log'), 'log');
      await utimes(join(folder, 'dev/kept.txt'), 1, 1);
      const again = await bed.build(core, folder);
      assert.equal(again.tag, tag);
      assert.deepEqual(work(again.requests), []);
    });

    it('is another image when a file of its context changes, moves or comes', async () => {
      const folder = await bed.folder('own', spec, files);
      const tag = async () => (await core.projects.previewImage(join(folder, 'berth.yaml'), folder)).tag;
      const tags = [await tag()];
      await writeFile(join(folder, 'dev/kept.txt'), 'changed');
      tags.push(await tag());
      await mkdir(join(folder, 'dev/below'));
      await rename(join(folder, 'dev/kept.txt'), join(folder, 'dev/below/kept.txt'));
      tags.push(await tag());
      assert.equal(new Set(tags).size, 3);
    });

    it('makes its container stale when it changes', async () => {
      const folder = await bed.folder(
        'stale',
        { dockerfile: 'Dockerfile' },
        { Dockerfile: `FROM ${bed.name}/shared:1\n` },
      );
      const { row } = await core.projects.up(folder, {}, noProgress);
      assert.deepEqual(row.stale, []);
      await writeFile(join(folder, 'Dockerfile'), `FROM ${bed.name}/shared:1\nUSER root\nRUN true\n`);
      const after = (await core.projects.refresh()).rows.find(({ id }) => id === row.id);
      assert.deepEqual(
        after?.stale.map(({ code }) => code),
        ['image_changed'],
      );
    });

    it('that is not there is a mistake of the template, with its place', async () => {
      const folder = await bed.folder('missing', { dockerfile: 'nowhere/Dockerfile' });
      await assert.rejects(bed.build(core, folder), (error) => {
        assert.ok(error instanceof Error && 'code' in error && 'errors' in error);
        assert.equal(error.code, 'template_invalid');
        const [first] = error.errors as { path: string; file: string; line: number }[];
        assert.deepEqual([first?.path, first?.file, first?.line], ['spec.dockerfile', join(folder, 'berth.yaml'), 1]);
        return true;
      });
    });

    it('that fails names its step', async () => {
      const broken = { Dockerfile: `FROM ${base}\nRUN echo deliberate >&2; exit 3\n` };
      const folder = await bed.folder('broken', { dockerfile: 'Dockerfile' }, broken);
      await assert.rejects(bed.build(core, folder), { code: 'build_failed', message: /deliberate/ });
    });
  });

  it('an up-to-date image costs one request, and no build', async () => {
    const folder = await bed.folder('counted', { base_image: base });
    await bed.build(core, folder);
    const again = await bed.build(core, folder);
    assert.equal(again.reused, true);
    assert.deepEqual(again.requests, [`GET /images/${again.tag.replace(':', '%3A')}/json`]);
  });
});
