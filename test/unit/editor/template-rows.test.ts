import assert from 'node:assert/strict';
import type { BerthImage } from '../../../src/core/projects/images';
import type { TemplateEntry } from '../../../src/core/templates/types';
import { imageLook, imageName } from '../../../src/editor/rows/image-look';
import { sizeOf } from '../../../src/core/size';
import { templateGroupLook, templateLook } from '../../../src/editor/rows/template-look';
import {
  aptPackages,
  nameProblem,
  parentReference,
  possibleParents,
  starterTemplate,
} from '../../../src/editor/templates/starter';
import { now } from './rows';

function entry(file: string, origin: TemplateEntry['origin'], broken = false): TemplateEntry {
  const problems = broken ? [{ message: 'spec.rn is no field.', line: 7 }, { message: 'more' }] : [];
  return { name: file.replace(/(\.berth)?\.yaml$/, ''), description: 'About it', origin, file: `/t/${file}`, problems };
}

describe('a template’s row', () => {
  it('says what it is for, and for one with mistakes the first of them', () => {
    const { label, description, icon, context } = templateLook(entry('python.yaml', 'built-in'));
    assert.deepEqual([label, description, icon, context], ['python', 'About it', 'file-code', 'template built-in']);
    const broken = templateLook(entry('team.berth.yaml', 'workspace', true));
    assert.deepEqual(
      [broken.description, broken.icon, broken.context],
      ['spec.rn is no field. (and 1 more)', 'error', 'template workspace broken'],
    );
    assert.match(broken.tooltip, /- line 7: spec\\\.rn/);
  });

  it('stands under its origin, which tells how many are wrong', () => {
    const look = templateGroupLook('user', [entry('a.yaml', 'user', true), entry('b.yaml', 'user')]);
    assert.deepEqual(
      [look.label, look.description, look.spoken],
      ['Yours', '1 with mistakes', 'Yours, 2 templates, 1 with mistakes'],
    );
  });
});

describe('an image’s row', () => {
  const image: BerthImage = {
    id: 'sha256:0123456789abcdef',
    tags: ['berth/api:aaaabbbbcccc'],
    template: 'api',
    fingerprint: 'f',
    version: '0.1.0',
    created: new Date(now - 7_200_000).toISOString(),
    sizeBytes: 265 * 1024 * 1024,
    usedBy: [],
    outdated: null,
    layers: [],
  };

  it('tells size, age, who uses it, and why it is outdated', () => {
    assert.equal(imageLook(image, now).description, '265 MiB · 2 h · unused');
    const used = [
      { container: 'berth-api-1', project: 'api' },
      { container: 'mine', project: null },
    ];
    const look = imageLook({ ...image, usedBy: used, outdated: 'its template changed' }, now);
    assert.deepEqual(
      [look.description, look.icon, look.context],
      ['265 MiB · 2 h · used by api, mine · outdated: its template changed', 'warning', 'image used outdated'],
    );
  });

  it('is named without what all have in common, or by its id', () => {
    assert.equal(imageName(image), 'api:aaaabbbbcccc');
    assert.equal(imageName({ ...image, tags: [] }), 'api (0123456789ab)');
    assert.deepEqual([0, 9.5 * 1024, 3 * 1024 ** 3].map(sizeOf), ['0 B', '9.5 KiB', '3.0 GiB']);
  });
});

describe('a new template', () => {
  it('has its text and the place where one goes on; what YAML would take for something else is quoted', () => {
    const empty = starterTemplate('api', 'python');
    const lines = empty.text.split('\n');
    assert.equal(lines[empty.line]?.slice(0, empty.character), '    apt: [');
    assert.match(starterTemplate('a', 'python', [], 'python:3.11').text, /\nspec:\n  base_image: "python:3\.11"\n/);
    const full = starterTemplate('true', './berth.yaml', ['g++', 'curl=7.88', '1.5']);
    assert.match(full.text, /name: "true"\n {2}extends: \.\/berth\.yaml\n/);
    assert.ok(full.text.endsWith('    apt:\n      - g++\n      - "curl=7.88"\n      - "1.5"\n'));
  });

  it('takes a name by the grammar that is not taken', () => {
    const taken = new Set(['data-lab']);
    assert.equal(nameProblem('data', taken), null);
    for (const wrong of ['', 'Data', 'a b', '-a', 'a'.repeat(64)])
      assert.match(nameProblem(wrong, taken) ?? '', /named by/);
    assert.match(nameProblem('data-lab', taken) ?? '', /already/);
  });

  it('takes packages apart by spaces and commas, each once, and names the first that is none', () => {
    assert.deepEqual(aptPackages(' git, curl  git '), { names: ['git', 'curl'], wrong: null });
    assert.equal(aptPackages('git; rm -rf').wrong, 'git;');
    assert.deepEqual(aptPackages(''), { names: [], wrong: null });
  });

  it('extends only what it can reach by name, and nothing with mistakes', () => {
    const all = [
      entry('berth.yaml', 'workspace'),
      entry('team.berth.yaml', 'workspace'),
      entry('broken.berth.yaml', 'workspace', true),
      entry('python.yaml', 'user'),
      entry('python.yaml', 'built-in'),
      entry('base.yaml', 'built-in'),
    ];
    const names = (kind: 'project' | 'workspace' | 'user') =>
      possibleParents(kind, all).map((parent) => `${parent.origin} ${parentReference(kind, parent) ?? ''}`);
    assert.deepEqual(names('workspace'), ['workspace ./berth.yaml', 'workspace team', 'user python', 'built-in base']);
    assert.deepEqual(names('project'), ['workspace team', 'user python', 'built-in base']);
    assert.deepEqual(names('user'), ['user python', 'built-in base']);
  });
});
