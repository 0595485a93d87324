import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { detect, lookAtFolder } from '../../../src/core/templates/detect';
import { chooseImage } from '../../../src/core/templates/detect-image';
import { parseRange, parseVersion, satisfies } from '../../../src/core/templates/detect-range';
import { findingFor, proposalOf, type FolderFacts } from '../../../src/core/templates/detect-rules';
import { versionFiles, type Language } from '../../../src/core/templates/detect-versions';
import { template, TemplateFolder } from './folder';

/** What the templates stand on here; the shapes are those of the built-in ones. */
const images: Readonly<Record<string, string>> = {
  base: 'debian:bookworm-slim',
  python: 'python:3.12-slim-bookworm',
  'data-lab': 'python:3.12-slim-bookworm',
  node: 'node:22-bookworm-slim',
  go: 'golang:1.24-bookworm',
  rust: 'rust:1.90-slim-bookworm',
  java: 'eclipse-temurin:21-jdk',
  fullstack: 'debian:bookworm-slim',
};

/** A folder by its files; what is proposed for it as `template | base image where it is another | reason`. */
type Case = readonly [name: string, files: Readonly<Record<string, string>>, proposed: string];

const cases: readonly Case[] = [
  ['an empty one', {}, 'base | found nothing that names a language'],
  ['notes alone', { 'README.md': '', LICENSE: '' }, 'base | found nothing that names a language'],
  ['Python by its project file', { 'pyproject.toml': '' }, 'python | found pyproject.toml: python 3.12'],
  [
    'Python with a range that the template’s own version is in',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<4"\n' },
    'python | found pyproject.toml: python 3.12',
  ],
  [
    'Python with a range that it is not in',
    { 'pyproject.toml': '[project]\nname = "x"\nrequires-python = ">=3.9,!=3.10.*,<3.12" # soon\n' },
    'python | python:3.11-slim-bookworm | found pyproject.toml: python 3.11',
  ],
  [
    'Poetry’s caret',
    { 'pyproject.toml': '[tool.poetry]\npython = "2"\n[tool.poetry.dependencies]\npython = "^3.13"\n' },
    'python | python:3.14-slim-bookworm | found pyproject.toml: python 3.14',
  ],
  [
    'Python pinned by .python-version, which is more binding than a range',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9"', '.python-version': '# pyenv\n3.10.14\n' },
    'python | python:3.10-slim-bookworm | found .python-version: python 3.10',
  ],
  [
    'Python too old for any known image',
    { 'requirements.txt': '', '.python-version': '2.7.18' },
    'python | found .python-version: python 3.12 (it asks for 2.7.18, for which no image is known)',
  ],
  ['Python by requirements', { 'requirements-dev.txt': '' }, 'python | found requirements-dev.txt: python 3.12'],
  [
    'Python by setup.py',
    { 'setup.py': 'setup(\n  python_requires="~=3.9.0",\n)' },
    'python | python:3.9-slim-bookworm | found setup.py: python 3.9',
  ],
  [
    'Pipenv',
    { Pipfile: '[requires]\npython_version = "3.11"\n' },
    'python | python:3.11-slim-bookworm | found Pipfile: python 3.11',
  ],
  ['Python by a lone script', { 'hello.py': '' }, 'python | found hello.py: python 3.12'],
  ['Node by its package', { 'package.json': '{}' }, 'node | found package.json: node 22'],
  [
    'Node by engines',
    { 'package.json': '{"engines": {"node": ">=18 <21"}}' },
    'node | node:20-bookworm-slim | found package.json: node 20',
  ],
  [
    'Node by engines that mean this one',
    { 'package.json': '{"engines": {"node": "^20.11 || >=22"}}' },
    'node | found package.json: node 22',
  ],
  [
    'Node by .nvmrc',
    { 'package.json': '{"engines": {"node": ">=14"}}', '.nvmrc': 'v18.20.1\n' },
    'node | node:18-bookworm-slim | found .nvmrc: node 18',
  ],
  [
    'Node by a long-term name',
    { 'package.json': '{}', '.nvmrc': 'lts/iron' },
    'node | node:20-bookworm-slim | found .nvmrc: node 20',
  ],
  [
    'Node by a name that says nothing',
    { 'package.json': '{}', '.nvmrc': 'lts/*' },
    'node | found package.json: node 22',
  ],
  [
    'Node by a package too long to be read whole',
    { 'package.json': `{"engines": {"node": "24"}, "keywords": ["${'x'.repeat(20_000)}"]}` },
    'node | node:24-bookworm-slim | found package.json: node 24',
  ],
  ['Node by sources', { 'index.ts': '', 'README.md': '' }, 'node | found index.ts: node 22'],
  ['Go, older than the image', { 'go.mod': 'module x\n\ngo 1.22.3\n' }, 'go | found go.mod: go 1.24'],
  [
    'Go, newer than the image',
    { 'go.mod': 'module x\n\ngo 1.25\n', 'main.go': '' },
    'go | golang:1.25-bookworm | found go.mod: go 1.25',
  ],
  ['Rust', { 'Cargo.toml': '[package]\nrust-version = "1.75"\n' }, 'rust | found Cargo.toml: rust 1.90'],
  [
    'Rust pinned',
    { 'Cargo.toml': '[workspace]', 'rust-toolchain.toml': '[toolchain]\nchannel = "1.80.1"\n' },
    'rust | rust:1.80-slim-bookworm | found rust-toolchain.toml: rust 1.80',
  ],
  [
    'Rust pinned to a channel',
    { 'Cargo.toml': '', 'rust-toolchain': 'nightly\n' },
    'rust | found Cargo.toml: rust 1.90',
  ],
  [
    'Java by Maven',
    { 'pom.xml': '<project><properties><maven.compiler.release>17</maven.compiler.release></properties></project>' },
    'java | eclipse-temurin:17-jdk | found pom.xml: java 17',
  ],
  [
    'Java by Gradle',
    { 'build.gradle.kts': 'java { toolchain { languageVersion = JavaLanguageVersion.of(21) } }', gradlew: '' },
    'java | found build.gradle.kts: java 21',
  ],
  [
    'Java of old, as Gradle wrote it',
    { 'build.gradle': 'sourceCompatibility = JavaVersion.VERSION_1_8\n' },
    'java | eclipse-temurin:8-jdk | found build.gradle: java 8',
  ],
  ['notebooks', { 'analysis.ipynb': '{}' }, 'data-lab | found analysis.ipynb: python 3.12'],
  [
    'notebooks of a Python project',
    { 'pyproject.toml': '[project]\nrequires-python = "==3.11.*"', 'notebooks/a.ipynb': '' },
    'data-lab | python:3.11-slim-bookworm | found notebooks/a.ipynb: python 3.11',
  ],
  [
    'conda',
    { 'environment.yml': 'name: lab\ndependencies:\n  - python=3.10\n  - numpy\n' },
    'data-lab | python:3.10-slim-bookworm | found environment.yml: python 3.10',
  ],
  [
    'Python and Node together',
    { 'pyproject.toml': '', 'package.json': '{"engines": {"node": "18"}}' },
    'fullstack | found pyproject.toml: python, package.json: node',
  ],
  [
    'a back end beside a front end',
    { 'backend/go.mod': 'module x', 'frontend/package.json': '{}', 'README.md': '' },
    'fullstack | found frontend/package.json: node, backend/go.mod: go',
  ],
  [
    'a monorepo of one language',
    {
      'package.json': '{"workspaces": ["packages/*"]}',
      'packages/a/package.json': '{}',
      'packages/b/package.json': '{}',
    },
    'node | found package.json: node 22',
  ],
  [
    'a monorepo of two',
    { 'package.json': '{}', 'services/api/Cargo.toml': '', 'services/web/package.json': '' },
    'fullstack | found package.json: node, services/api/Cargo.toml: rust',
  ],
  [
    'Java with a front end',
    { 'pom.xml': '<java.version>17</java.version>', 'package.json': '{}' },
    'java | eclipse-temurin:17-jdk | found pom.xml: java 17; package.json: node is not in it',
  ],
  [
    'versions by asdf, of what the files speak for',
    { 'package.json': '{}', '.tool-versions': 'python 3.11.9\nnodejs 20.11.1\n' },
    'node | node:20-bookworm-slim | found .tool-versions: node 20',
  ],
  [
    'versions by asdf alone',
    { '.tool-versions': 'golang 1.23.1\n' },
    'go | golang:1.23-bookworm | found .tool-versions: go 1.23',
  ],
  ['notes for agents alone', { 'CLAUDE.md': '' }, 'ai | found CLAUDE.md'],
  ['a project with notes for agents', { 'AGENTS.md': '', 'go.mod': '' }, 'go | found go.mod: go 1.24'],
  ['Ruby', { Gemfile: '' }, 'base | found Gemfile: Ruby, which has no template of its own'],
  ['C', { 'CMakeLists.txt': '' }, 'base | found CMakeLists.txt: C or C++, which has no template of its own'],
  [
    'a folder that only has the name of a project file',
    { 'go.mod/x': '' },
    'base | found nothing that names a language',
  ],
];

describe('templates: what is proposed for a folder', () => {
  for (const [name, files, proposed] of cases) {
    it(`is right for ${name}`, async () => {
      await using folder = await TemplateFolder.create(files);
      const finding = await detect(folder.dir);
      const { template: found, baseImage, reason } = proposalOf(finding, images[finding.template] ?? null);
      assert.equal([found, ...(baseImage === undefined ? [] : [baseImage]), reason].join(' | '), proposed);
    });
  }

  it('is built on the image with the version asked for, but never on another than a template’s official one', async () => {
    const files = { 'w/.python-version': '3.11\n' };
    await using folder = await TemplateFolder.create({
      ...files,
      'built-in/python.yaml': template('base_image: python:3.12-slim-bookworm', 'name: python'),
    });
    const { resolved, proposal } = await folder.templates.forFolder(folder.path('w'));
    assert.equal(resolved.spec.base_image, 'python:3.11-slim-bookworm');
    assert.deepEqual(proposal, await folder.templates.propose(folder.path('w')));
    await using own = await TemplateFolder.create({
      ...files,
      'user/python.yaml': template('base_image: ghcr.io/team/python:3.12', 'name: python'),
    });
    const mine = await own.templates.forFolder(own.path('w'));
    assert.equal(mine.resolved.spec.base_image, 'ghcr.io/team/python:3.12');
    assert.deepEqual(mine.proposal, { template: 'python', reason: 'found .python-version: python' });
  });

  it('says that a folder cannot be read', async () => {
    await assert.rejects(detect('/no/such/folder'), { code: 'folder_not_found' });
  });

  it('waits for no pipe, follows no link to a device, and is not held up by what may not be read', async function () {
    this.timeout(2000);
    await using folder = await TemplateFolder.create({ 'package.json': '{}', 'sub/x': '', 'go.mod': 'go 1.25' });
    execFileSync('mkfifo', [folder.path('pyproject.toml')]);
    await symlink('/dev/zero', folder.path('Cargo.toml'));
    await symlink('loop', folder.path('loop'));
    await symlink('.', folder.path('backend'));
    await chmod(folder.path('go.mod'), 0);
    const finding = await detect(folder.dir);
    assert.deepEqual(
      finding.evidence.map(({ file }) => file),
      ['pyproject.toml', 'package.json', 'go.mod', 'Cargo.toml'],
    );
  });

  it('looks at a bounded part of a huge folder', async () => {
    await using folder = await TemplateFolder.create({ 'go.mod': `go 1.25\n${'// x\n'.repeat(200_000)}` });
    for (let index = 0; index < 60; index += 1) {
      const path = folder.path(`packages/p${index}/package.json`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, '');
    }
    const facts = await lookAtFolder(folder.dir);
    assert.ok((facts.texts['go.mod']?.length ?? 0) <= 16 * 1024);
    assert.ok(facts.nested.length <= 24);
    assert.equal(findingFor(facts).template, 'fullstack');
  });

  it('is never broken, slowed down or led to an unknown image by what the files hold', () => {
    const files = [...new Set(Object.values(versionFiles).flatMap((readers) => readers.map(([file]) => file)))];
    const characters = fc
      .array(fc.nat({ max: 0x2fff }), { maxLength: 200 })
      .map((codes) => String.fromCharCode(...codes));
    const shape = fc.constantFrom(
      '3.11',
      '[project]\nrequires-python = "',
      '{"engines":{"node":"',
      '<java.version>',
      '\n',
      '"',
      '>=',
      '||',
    );
    const text = fc.oneof(
      characters,
      fc.array(fc.oneof(shape, fc.string({ maxLength: 8 }))).map((parts) => parts.join('')),
    );
    const facts: fc.Arbitrary<FolderFacts> = fc
      .dictionary(fc.constantFrom(...files), text)
      .map((texts) => ({ names: Object.keys(texts), nested: [], texts }));
    const official =
      /^(?:python:3\.(?:9|1[0-4])-slim-bookworm|node:(?:18|20|22|24)-bookworm-slim|golang:1\.2[1-5]-bookworm|rust:1\.(?:[78][0-9]|9[01])-slim-bookworm|eclipse-temurin:(?:8|11|17|21|25)-jdk)$/;
    fc.assert(
      fc.property(facts, (found) => {
        const finding = findingFor(found);
        const { baseImage, reason } = proposalOf(finding, images[finding.template] ?? null);
        assert.ok(baseImage === undefined || official.test(baseImage), baseImage);
        assert.ok(reason.length < 400 && !/[\r\n\0]/.test(reason), reason);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('reads no file in more than linear time', () => {
    const long = ['a', ' ', '\n', '#\n', '"', '[', '{"engines":{', '<release>', '- python', '0', 'python = "'];
    for (const readers of Object.values(versionFiles)) {
      for (const [file, read] of readers) {
        for (const unit of long) {
          const before = process.cpuUsage();
          read(unit.repeat(16_384 / unit.length));
          assert.ok(process.cpuUsage(before).user < 2e5, `${file}: ${JSON.stringify(unit)}`);
        }
      }
    }
  });
});

describe('templates: versions asked for', () => {
  const table: readonly (readonly [range: string, yes: readonly string[], no: readonly string[]])[] = [
    ['>=3.9', ['3.9', '3.14', '4'], ['3.8', '2']],
    ['>=3.9,<3.12', ['3.11'], ['3.12', '3.8']],
    ['^20.1', ['20'], ['22', '18']],
    ['^0.3', ['0.3'], ['0.4', '1.0']],
    ['~3.9', ['3.9'], ['3.10']],
    ['~=3.9', ['3.9', '3.14'], ['3.8', '4.0']],
    ['18 || 20.x', ['18', '20'], ['19', '22']],
    ['18 - 20', ['18', '20'], ['21']],
    ['> 18', ['20'], ['18']],
    ['<=20', ['20', '18'], ['22']],
    ['*', ['1', '99'], []],
    ['!=3.10.*', ['3.9', '3.11'], ['3.10']],
    ['==3.11.*', ['3.11'], ['3.12']],
  ];
  for (const [range, yes, no] of table) {
    it(`understands ${range}`, () => {
      const parsed = parseRange(range);
      assert.ok(parsed !== null);
      const within = (text: string) => satisfies(parseVersion(text) ?? [0, 0, 0], parsed);
      assert.deepEqual([yes.filter(within), no.filter(within)], [yes, []]);
    });
  }

  it('takes nothing for what it does not understand', () => {
    for (const text of ['latest', '>=x.y', '3.9; os', '$(id)', '1'.repeat(101), '>=1 && <2']) {
      assert.equal(parseRange(text), null, text);
    }
  });

  it('tells what was asked for where an image’s tag leaves the version open', () => {
    const text = (file: string) => ({
      names: [file],
      nested: [],
      texts: { [file]: '[package]\nrust-version = "1.75"\n' },
    });
    const reason = (facts: FolderFacts) => proposalOf(findingFor(facts), 'rust:1-slim-bookworm');
    assert.deepEqual(reason(text('Cargo.toml')), { template: 'rust', reason: 'found Cargo.toml: rust 1.75 or newer' });
    assert.deepEqual(reason(text('main.rs')), { template: 'rust', reason: 'found main.rs: rust 1' });
  });

  it('keeps an image that it does not know', () => {
    const asked = { kind: 'exact', version: [3, 11, 0], text: '3.11' } as const;
    for (const image of [null, 'debian:12', 'me/python:3.12', 'python:latest', 'python:3.12@sha256:0', 'python']) {
      assert.deepEqual(chooseImage('python' satisfies Language, asked, image), {
        version: null,
        baseImage: null,
        unmet: null,
      });
    }
  });
});
