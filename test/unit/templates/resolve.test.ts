import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { BerthError } from '../../../src/core/errors';
import { places, template, TemplateFolder } from './folder';

const base = template(
  'base_image: debian:bookworm-slim\npackages: {apt: [curl]}\nenvironment: {A: "1", B: "2"}',
  'name: base',
);

describe('templates: resolving', () => {
  it('merges a chain: maps by key, lists without repeats, scalars override, null removes', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/base.yaml': base,
      'user/mid.yaml': template(
        'packages: {apt: [git, curl]}\nenvironment: {B: two, C: "3"}',
        'name: mid\nextends: base',
      ),
      'berth.yaml': template(
        'base_image: debian:trixie-slim\npackages: {apt: [less]}\nenvironment: {A: null}\nresources: {cpus: 2}',
        'name: own\ndescription: Mine\nextends: mid',
      ),
    });
    const resolved = await folder.templates.resolve(folder.path('berth.yaml'));
    assert.deepEqual([resolved.name, resolved.description], ['own', 'Mine']);
    assert.deepEqual(
      resolved.files,
      ['berth.yaml', 'user/mid.yaml', 'built-in/base.yaml'].map((name) => folder.path(name)),
    );
    assert.equal(resolved.spec.base_image, 'debian:trixie-slim');
    assert.deepEqual(resolved.spec.packages.apt, ['curl', 'git', 'less']);
    assert.deepEqual(resolved.spec.environment, { B: 'two', C: '3' });
    assert.ok(resolved.written.has('spec.packages.apt') && resolved.written.has('spec.resources.cpus'));
    assert.ok(!resolved.written.has('spec.environment.A') && !resolved.written.has('spec.resources.memory'));
    assert.deepEqual(resolved.origins.get('spec.environment.C'), {
      file: folder.path('user/mid.yaml'),
      line: 8,
      column: 25,
    });
  });

  it('lays berth.local.yaml over it, which needs no head of its own', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/base.yaml': base,
      'berth.yaml': template('resources: {cpus: 2}', 'name: own\nextends: base'),
      'berth.local.yaml': 'spec:\n  resources: {cpus: 1, memory: 1g}\n',
    });
    const { resolved, proposal } = await folder.templates.forFolder(folder.dir);
    assert.equal(proposal, null);
    assert.deepEqual(
      [resolved.name, resolved.spec.resources.cpus, resolved.spec.resources.memory],
      ['own', 1, 2 ** 30],
    );
    assert.equal(resolved.files.at(-1), folder.path('berth.local.yaml'));
  });

  it('tells what is wrong in berth.local.yaml in that file, and takes no parent from it', async () => {
    await using folder = await TemplateFolder.create({
      'berth.yaml': base,
      'berth.local.yaml': 'metadata: {extends: x}\nspec: {rnu: []}\n',
    });
    const problems = await folder.validate('berth.yaml');
    assert.deepEqual(places(problems), ['1:12 metadata.extends', '2:8 spec.rnu']);
    assert.deepEqual(new Set(problems.map(({ file }) => file)), new Set([folder.path('berth.local.yaml')]));
  });

  it('looks names up beside the file, then among the user’s, then the built-in ones', async () => {
    const named = (name: string, where: string) => template(`base_image: ${where}`, `name: ${name}`);
    await using folder = await TemplateFolder.create({
      'built-in/a.yaml': named('a', 'built-in'),
      'built-in/b.yaml': named('b', 'built-in'),
      'built-in/c.yaml': named('c', 'built-in'),
      'user/a.yaml': named('a', 'user'),
      'user/b.yaml': named('b', 'user'),
      'work/a.berth.yaml': named('a', 'workspace'),
    });
    const from = async (name: string) => (await folder.templates.resolve(name, folder.path('work'))).spec.base_image;
    assert.deepEqual([await from('a'), await from('b'), await from('c')], ['workspace', 'user', 'built-in']);
    const listed = await folder.templates.list(folder.path('work'));
    assert.deepEqual(
      listed.map(({ name, origin }) => `${origin} ${name}`),
      ['workspace a', 'user a', 'user b', 'built-in a', 'built-in b', 'built-in c'],
    );
  });

  it('lets a user’s template extend the built-in one of its own name', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/base.yaml': base,
      'user/base.yaml': template('packages: {apt: [vim]}', 'name: base\nextends: base'),
    });
    assert.deepEqual((await folder.templates.resolve('base')).spec.packages.apt, ['curl', 'vim']);
  });

  it('takes a path beside the file', async () => {
    await using folder = await TemplateFolder.create({
      'shared/mine.yaml': template('base_image: debian:12', 'name: mine'),
      'work/berth.yaml': template('run: []', 'name: own\nextends: ../shared/mine.yaml'),
    });
    assert.equal((await folder.templates.resolve(folder.path('work'))).spec.base_image, 'debian:12');
  });

  it('names the chain of a cycle, also one through a symbolic link', async () => {
    await using folder = await TemplateFolder.create({
      'a.yaml': template('run: []', 'name: a\nextends: ./b.yaml'),
      'b.yaml': template('run: []', 'name: b\nextends: ./again.yaml'),
    });
    await symlink(folder.path('a.yaml'), folder.path('again.yaml'));
    const problems = await folder.validate('a.yaml');
    assert.deepEqual(places(problems), ['5:12 metadata.extends']);
    assert.match(problems[0]?.message ?? '', /circle: a → b → \.\/again\.yaml/);
    assert.equal(problems[0]?.file, folder.path('b.yaml'));
  });

  it('names the chain of a missing parent, and what was most likely meant', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/python.yaml': base,
      'berth.yaml': template('run: []', 'name: own\nextends: pyhton'),
    });
    const [problem] = await folder.validate('berth.yaml');
    assert.match(problem?.message ?? '', /pyhton is not found: own → pyhton/);
    assert.equal(problem?.suggestion, 'python');
  });

  it('ends a chain that is too long', async () => {
    const files = Array.from({ length: 12 }, (_, level) => {
      return [`t${level}.yaml`, template('run: []', `name: t${level}\nextends: ./t${level + 1}.yaml`)] as const;
    });
    await using folder = await TemplateFolder.create(Object.fromEntries(files));
    const [problem] = await folder.validate('t0.yaml');
    assert.match(problem?.message ?? '', /longer than 10: t0 → .* → \.\/t10\.yaml/);
  });

  it('tells the errors of all files together, each in its own', async () => {
    await using folder = await TemplateFolder.create({
      'parent.yaml': template('base_image: x y', 'name: parent'),
      'child.yaml': template('post_creat: []\nuser: {sudo: true}', 'name: child\nextends: ./parent.yaml'),
    });
    const problems = await folder.validate('child.yaml');
    assert.deepEqual(
      problems.map(({ file, line, path }) => `${(file ?? '').slice(folder.dir.length + 1)}:${line} ${path}`),
      ['child.yaml:7 spec.post_creat', 'child.yaml:8 spec.user.sudo', 'parent.yaml:6 spec.base_image'],
    );
    await assert.rejects(folder.templates.resolve(folder.path('child.yaml')), (error) => {
      assert.ok(error instanceof BerthError);
      assert.equal(error.code, 'template_invalid');
      assert.equal(error.errors?.length, 3);
      return true;
    });
  });

  const between: readonly (readonly [name: string, spec: string, found: readonly string[]])[] = [
    ['nothing to build from', 'run: []', ['6:3 spec']],
    ['no second complaint where base_image is misspelt', 'base_imgae: x', ['6:3 spec.base_imgae']],
    ['two things to build from', 'base_image: a\nimage: b', ['7:10 spec.image']],
    ['sudo without privileges', 'base_image: a\nuser: {sudo: true}', ['7:16 spec.user.sudo']],
    ['sudo with them', 'base_image: a\nuser: {sudo: true}\nsecurity: {no_new_privileges: false}', []],
    ['a service without a command', 'base_image: a\nservices: {web: {}}', ['7:14 spec.services.web.command']],
    ['a secret without a source', 'base_image: a\nsecrets: {A: {}}', ['7:13 spec.secrets.A.from']],
    [
      'a secret file without a place',
      'base_image: a\nsecrets: {A: {from: "env:A", as: file}}',
      ['7:16 spec.secrets.A'],
    ],
    [
      'a secret that is a variable too',
      'base_image: a\nenvironment: {A: x}\nsecrets: {A: {from: "env:A"}}',
      ['8:16 spec.secrets.A'],
    ],
    [
      'a volume over the workspace',
      'base_image: a\nvolumes: [{host: ., container: /workspace}]',
      ['7:34 spec.volumes[0].container'],
    ],
    [
      'a volume over the home folder that is kept',
      'base_image: a\nvolumes: [{volume: vol, container: /home/dev}]',
      ['7:38 spec.volumes[0].container'],
    ],
    [
      'a volume over a home folder that is not',
      'base_image: a\npersist: none\nvolumes: [{volume: vol, container: /home/dev}]',
      [],
    ],
    [
      'a volume where a folder is persisted',
      'base_image: a\npersist: ["~/.cache", /opt/x]\nvolumes: [{volume: vol, container: /home/dev/.cache}, {volume: v2, container: /opt/x/y}]',
      ['8:38 spec.volumes[0].container'],
    ],
    [
      'a persisted folder in the workspace, or the workspace itself',
      'base_image: a\npersist: [/workspace/out, /workspace-2, /workspace]',
      ['7:13 spec.persist[0]', '7:43 spec.persist[2]'],
    ],
    ['a port twice', 'base_image: a\nports: [3000, "3001:3000"]', ['7:17 spec.ports[1]']],
  ];
  for (const [name, spec, found] of between) {
    it(`checks between fields: ${name}`, async () => {
      await using folder = await TemplateFolder.create({ 't.yaml': template(spec) });
      assert.deepEqual(places(await folder.validate('t.yaml')), found);
    });
  }

  it('wants a template of the catalogue to carry its file’s name', async () => {
    await using folder = await TemplateFolder.create({ 'user/mine.yaml': template('base_image: a', 'name: yours') });
    const [entry] = await folder.templates.list();
    assert.deepEqual(places(entry?.problems ?? []), ['4:9 metadata.name']);
    assert.equal(entry?.problems[0]?.expected, 'mine');
  });

  it('lists a broken file too, with what is wrong in it', async () => {
    await using folder = await TemplateFolder.create({ 'user/broken.yaml': 'a: [', 'user/notes.txt': 'x' });
    const [entry, ...others] = await folder.templates.list();
    assert.deepEqual([entry?.name, entry?.origin, others], ['broken', 'user', []]);
    assert.notEqual(entry?.problems.length, 0);
  });

  it('says that a template is not found, and which one was meant', async () => {
    await using folder = await TemplateFolder.create({ 'built-in/python.yaml': base });
    await assert.rejects(folder.templates.resolve('pyton'), {
      code: 'template_not_found',
      hint: 'Did you mean "python"?',
    });
    await assert.rejects(folder.templates.resolve('./no.yaml'), { code: 'template_not_found' });
  });

  it('reads neither a folder nor bytes that are no text', async () => {
    await using folder = await TemplateFolder.create({ 'x.yaml/berth.yaml': base, 'b.yaml': '' });
    assert.deepEqual(await folder.validate('x.yaml'), []);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(folder.path('b.yaml'), Buffer.from('a: 1\nb: "\xff"', 'latin1'));
    const problems = await folder.validate('b.yaml');
    assert.deepEqual(places(problems), ['2:5']);
    assert.match(problems[0]?.message ?? '', /UTF-8/);
  });

  it('proposes by what lies in a folder, and resolves the proposal', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/python.yaml': template('base_image: a', 'name: python'),
      'w/setup.py': '',
    });
    const { resolved, proposal } = await folder.templates.forFolder(folder.path('w'));
    assert.deepEqual([resolved.name, proposal], ['python', { template: 'python', reason: 'found setup.py: python' }]);
    await assert.rejects(folder.templates.propose(folder.path('none')), { code: 'folder_not_found' });
  });
});
