import assert from 'node:assert/strict';
import { template, TemplateFolder } from './folder';

const base = template('base_image: debian:bookworm-slim', 'name: base');

function texts(folder: TemplateFolder, unsaved: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(unsaved).map(([name, text]) => [folder.path(name), text]));
}

describe('templates: checking one that is being edited', () => {
  it('takes unsaved texts in place of what is on disk, the parents’ too', async () => {
    await using folder = await TemplateFolder.create({
      'mid.berth.yaml': template('rn: []', 'name: mid\nextends: base'),
      'built-in/base.yaml': base,
      'berth.yaml': 'broken: [',
    });
    const own = template('run: [make]', 'name: own\nextends: mid');
    const before = await folder.templates.check(folder.path('berth.yaml'), texts(folder, { 'berth.yaml': own }));
    assert.deepEqual(
      before.problems.map(({ file, path, suggestion }) => [file, path, suggestion]),
      [[folder.path('mid.berth.yaml'), 'spec.rn', 'run']],
    );
    assert.deepEqual(before.extendsAt, { file: folder.path('berth.yaml'), line: 5, column: 12 });
    const mended = { 'berth.yaml': own, 'mid.berth.yaml': template('run: []', 'name: mid\nextends: base') };
    assert.deepEqual((await folder.templates.check(folder.path('berth.yaml'), texts(folder, mended))).problems, []);
  });

  it('checks a berth.local.yaml together with the berth.yaml beside it, and alone where there is none', async () => {
    await using folder = await TemplateFolder.create({ 'berth.yaml': base, 'berth.local.yaml': '' });
    const local = folder.path('berth.local.yaml');
    const unsaved = texts(folder, { 'berth.local.yaml': 'spec: {user: {sudo: true}}\n' });
    assert.deepEqual(
      (await folder.templates.check(local, unsaved)).problems.map(({ file, path }) => [file, path]),
      [[local, 'spec.user.sudo']],
    );
    await using empty = await TemplateFolder.create({});
    const alone = texts(empty, { 'berth.local.yaml': 'spec: {run: x}\n' });
    const { problems, extendsAt } = await empty.templates.check(empty.path('berth.local.yaml'), alone);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['spec.run'],
    );
    assert.equal(extendsAt, null);
  });

  it('offers the name that the file’s own name asks for', async () => {
    await using folder = await TemplateFolder.create({ 'mid.berth.yaml': base });
    const [problem] = await folder.validate('mid.berth.yaml');
    assert.deepEqual([problem?.path, problem?.suggestion], ['metadata.name', 'mid']);
  });
});
