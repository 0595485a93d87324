import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ErrorDetail } from '../../../src/core/errors';
import { createDevcontainers } from '../../../src/core/devcontainer';
import { templates } from './support';

describe('a folder with a devcontainer.json', () => {
  const devcontainers = createDevcontainers(templates);
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-unit-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function put(name: string, text: string | Buffer = '{"image": "debian:bookworm-slim"}'): Promise<string> {
    const file = join(dir, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  for (const name of ['.devcontainer/devcontainer.json', '.devcontainer.json', '.devcontainer/web/devcontainer.json']) {
    it(`has it found in ${name}, by the folder and by the file`, async () => {
      const file = await put(name);
      for (const path of [dir, file]) {
        const { source, folder, files } = await devcontainers.import(path);
        assert.deepEqual([source, folder, files.map((each) => each.path)], [file, dir, [join(dir, 'berth.yaml')]]);
      }
    });
  }

  it('is told of several, and nothing is chosen', async () => {
    const files = [await put('.devcontainer/a/devcontainer.json'), await put('.devcontainer/b/devcontainer.json')];
    await assert.rejects(devcontainers.import(dir), (error: Error & { code: string; errors: ErrorDetail[] }) => {
      assert.deepEqual([error.code, error.errors.map(({ file }) => file)], ['devcontainer_ambiguous', files]);
      return true;
    });
  });

  it('sees paths from where the template will lie', async () => {
    await put(
      '.devcontainer/devcontainer.json',
      '{"build":{"dockerfile":"Dockerfile"},"mounts":["source=${localWorkspaceFolder}/d,target=/d,type=bind"]}',
    );
    const { text } = await devcontainers.import(dir, join(dir, 'templates', 'x.yaml'));
    assert.match(text, /dockerfile: \.\.\/\.devcontainer\/Dockerfile/);
    // The project itself is outside the template's folder then.
    assert.match(text, /# - mounts\[0\]: It lies outside the project/);
  });

  it('gets the proposed template where nothing names an image', async () => {
    await put('.devcontainer.json', '{"dockerComposeFile": "x.yml", "service": "a"}');
    await put('package.json', '{}');
    const { template } = await templates.propose(dir);
    assert.match((await devcontainers.import(dir)).text, new RegExp(`extends: ${template}\n`));
  });

  const broken: [title: string, text: string | Buffer, place: string, message: RegExp][] = [
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', '3:3', /comma is expected/],
    ['no end', '{\n  "a": [1,\n', '3:1', /expected/],
    ['a text without an end', '{\n "a": "x\n}', '2:7', /does not end/],
    ['a bare word', '{ "a": yes }', '1:8', /does not know/],
    ['a comment without an end', '{} /* ', '1:4', /comment does not end/],
    ['two objects', '{} {}', '1:4', /follows behind the end/],
    ['a list', '\n [1]', '2:2', /is a list, not an object/],
    ['a single text', '"x"', '1:1', /is a text, not an object/],
    ['nothing', '', '1:1', /is empty/],
    ['comments alone', '// x\n', '1:1', /is empty/],
    ['brackets without end', '['.repeat(200_000), '1:41', /deeper than 40 levels/],
    ['10 MB', Buffer.alloc(10 << 20, 0x20), '', /larger than 256 KiB/],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '', /not UTF-8/],
  ];
  for (const [title, text, place, message] of broken) {
    it(`refuses ${title}, with its place`, async () => {
      const file = await put('.devcontainer.json', text);
      await assert.rejects(devcontainers.import(dir), (error: Error & { code: string; errors: ErrorDetail[] }) => {
        const [first] = error.errors;
        assert.equal(error.code, 'devcontainer_invalid');
        assert.match(first?.message ?? '', message);
        assert.equal([first?.line, first?.column].filter((part) => part !== undefined).join(':'), place);
        assert.equal(first?.file, file);
        return true;
      });
    });
  }

  it('is told of what is not there', async () => {
    await assert.rejects(devcontainers.import(dir), { code: 'devcontainer_not_found' });
    await assert.rejects(devcontainers.import(join(dir, 'x.json')), { code: 'devcontainer_not_found' });
    await assert.rejects(devcontainers.import(join(dir, 'x')), { code: 'folder_not_found' });
  });

  it('takes a byte order mark, comments and trailing commas', async () => {
    await put('.devcontainer.json', '\uFEFF// c\n{"image": "a", /* b */ "init": true,}');
    assert.match((await devcontainers.import(dir)).text, /base_image: a\n/);
  });

  it('lists a key that is given twice, and takes the last', async () => {
    await put('.devcontainer.json', '{"image": "a", "image": "b"}');
    const { text, notCarried } = await devcontainers.import(dir);
    assert.match(text, /base_image: b\n/);
    assert.deepEqual(
      notCarried.map(({ from }) => from),
      ['image'],
    );
  });

  it('keeps a file that is there, all of them, unless it is forced', async () => {
    const there = await put('b', 'mine');
    const files = [
      { path: join(dir, 'new', 'a'), text: 'a' },
      { path: there, text: 'b' },
    ];
    await assert.rejects(devcontainers.write(files, { force: false }), { code: 'file_exists' });
    await assert.rejects(readFile(join(dir, 'new', 'a')), { code: 'ENOENT' });
    assert.equal(await readFile(there, 'utf8'), 'mine');
    await devcontainers.write(files, { force: true });
    assert.deepEqual([await readFile(join(dir, 'new', 'a'), 'utf8'), await readFile(there, 'utf8')], ['a', 'b']);
  });

  it('can have hostile words anywhere without their leaving their place', async () => {
    const evil = 'x\n- run: ["touch /pwned"]\n# "$(touch /pwned)" `id` \u2028 \u001b[31m';
    const document = {
      name: evil,
      image: evil,
      [evil]: evil,
      containerEnv: { [evil]: evil, OK: evil },
      features: { [evil]: {} },
      postCreateCommand: ['echo', evil],
      mounts: [evil],
      customizations: { vscode: { settings: { [evil]: evil } } },
    };
    await put('.devcontainer.json', JSON.stringify(document));
    const { text } = await devcontainers.import(dir);
    await writeFile(join(dir, 'berth.yaml'), text);
    const { spec } = await templates.resolve(join(dir, 'berth.yaml'));
    const comments = text.slice(0, text.indexOf('\napiVersion:'));
    assert.doesNotMatch(comments.replaceAll('\n', ''), /[\p{Cc}\u2028]/u);
    for (const line of comments.trimEnd().split('\n')) assert.match(line, /^# ?/);
    assert.deepEqual(spec.environment['OK'], evil);
    assert.deepEqual(spec.run, []);
    assert.deepEqual(spec.editor.settings, { [evil]: evil });
    assert.deepEqual(spec.post_create, [`echo '${evil}'`]);
  });
});
