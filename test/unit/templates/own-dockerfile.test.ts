import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BerthError } from '../../../src/core/errors';
import { basesOf, usesContext, withBases } from '../../../src/core/templates/own-bases';
import { contextEntries, entryLines } from '../../../src/core/templates/own-folder';
import { readLock } from '../../../src/core/projects/lock-file';
import { template, TemplateFolder } from './folder';

const run = promisify(execFile);

describe('templates: the bases of a Dockerfile', () => {
  const text = [
    '# syntax=docker/dockerfile:1',
    'ARG RELEASE=bookworm',
    'ARG IMAGE=debian:${RELEASE}-slim',
    'FROM --platform=linux/amd64 $IMAGE AS build',
    'FROM scratch AS empty',
    'from build as Again',
    'COPY --from=registry.example/tools:2 /a /b',
    'COPY --from=0 /a /b',
    'COPY --from=again /a /b',
    'FROM ${UNKNOWN}',
    'FROM node:${NODE:-22}',
    'FROM debian:bookworm-slim',
    '',
  ].join('\n');

  it('are what FROM and COPY name besides its own stages, each once', async () => {
    const bases = ['docker/dockerfile:1', 'debian:bookworm-slim', 'registry.example/tools:2', 'node:22'];
    assert.deepEqual(await basesOf(text, {}), bases);
    assert.deepEqual((await basesOf(text, { RELEASE: 'trixie' }))[1], 'debian:trixie-slim');
    assert.deepEqual(await basesOf('nonsense\n', {}), []);
  });

  it('can be named otherwise in their places alone', async () => {
    const names = new Map([
      ['debian:bookworm-slim', 'debian@sha256:1'],
      ['registry.example/tools:2', 'registry.example/tools@sha256:2'],
    ]);
    const changed = (await withBases(text, {}, names))
      .split('\n')
      .filter((line, index) => line !== text.split('\n')[index]);
    assert.deepEqual(changed, [
      'FROM --platform=linux/amd64 debian@sha256:1 AS build',
      'COPY --from=registry.example/tools@sha256:2 /a /b',
      'FROM debian@sha256:1',
    ]);
  });

  it('tell whether its context matters', async () => {
    const uses = [
      'COPY a b',
      'ADD a b',
      'ONBUILD COPY a b',
      'RUN --mount=target=/x true',
      'RUN --mount=type=bind,target=/x true',
    ];
    const not = ['RUN true', 'COPY --from=x a b', 'RUN --mount=type=cache,target=/x true', 'RUN echo COPY a b'];
    const answers = await Promise.all([...uses, ...not].map((line) => usesContext(`FROM x\n${line}\n`)));
    assert.deepEqual(answers, [...uses.map(() => true), ...not.map(() => false)]);
  });
});

describe('templates: the context of a Dockerfile', () => {
  let folder: string;
  beforeEach(async () => (folder = await realpath(await mkdtemp(join(tmpdir(), 'berth-context-')))));
  afterEach(() => rm(folder, { recursive: true }));

  async function files(all: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  }
  const paths = async () => (await contextEntries(folder, 'Dockerfile')).map(({ path }) => path);

  it('leaves out what .dockerignore says, and Berth’s own files', async () => {
    await files({
      Dockerfile: '',
      'berth.yaml': '',
      'berth.lock': '',
      '.dockerignore': '# words\nnode_modules\n**/*.log\n!keep.log\ndeep/*\n!deep/kept\n',
      'a.txt': '',
      'keep.log': '',
      'node_modules/x/y.js': '',
      'sub/b.log': '',
      'sub/berth.yaml': '',
      'deep/kept/file': '',
      'deep/gone/file': '',
    });
    const expected = [
      '.dockerignore',
      'a.txt',
      'deep',
      'deep/kept',
      'deep/kept/file',
      'keep.log',
      'sub',
      'sub/berth.yaml',
    ];
    assert.deepEqual(await paths(), expected);
    await files({ 'Dockerfile.dockerignore': '**\n!a.txt\n' });
    assert.deepEqual(await paths(), ['a.txt'], 'the Dockerfile’s own goes first');
  });

  it('says the same of the same files whatever their times, and another thing of any change', async () => {
    await files({ Dockerfile: '', 'a/one': '1', 'a/two': '2' });
    await symlink('../elsewhere', join(folder, 'link'));
    const lines = async () => (await entryLines(await contextEntries(folder, 'Dockerfile'))).join('\n');
    const first = await lines();
    await utimes(join(folder, 'a/one'), 1, 1);
    assert.equal(await lines(), first);
    const changes = [
      () => writeFile(join(folder, 'a/one'), '3'),
      () => chmod(join(folder, 'a/two'), 0o700),
      () => mkdir(join(folder, 'empty')),
      async () => {
        await rm(join(folder, 'link'));
        await symlink('/elsewhere', join(folder, 'link'));
      },
    ];
    const seen = new Set([first]);
    for (const change of changes) {
      await change();
      seen.add(await lines());
    }
    assert.equal(seen.size, changes.length + 1);
  });
});

describe('templates: a Dockerfile of one’s own', () => {
  it('is none that a link in the project leads to; one outside that is named is', async () => {
    await using folder = await TemplateFolder.create({
      'work/berth.yaml': template('dockerfile: dev/Dockerfile'),
      'work/dev/Dockerfile': 'FROM a\n',
      'work/named.yaml': template('dockerfile: ../private/Dockerfile'),
      'private/Dockerfile': 'FROM a\nCOPY . /taken\n',
      'private/key': 'hidden',
    });
    const read = async (file: string) => {
      const project = await realpath(folder.path('work'));
      return folder.templates.ownDockerfile(await folder.templates.resolve(folder.path(file)), project);
    };
    const own = (await read('work/berth.yaml')).dockerfile;
    assert.equal(own, 'FROM a\n');
    await rename(folder.path('work/dev'), folder.path('work/aside'));
    await symlink('../private', folder.path('work/dev'));
    const out = (error: unknown) =>
      error instanceof BerthError && error.message.includes('leads out of the project by a link');
    await assert.rejects(read('work/berth.yaml'), out);
    await rm(folder.path('work/dev'));
    await mkdir(folder.path('work/dev'));
    await symlink('../../private/Dockerfile', folder.path('work/dev/Dockerfile'));
    await assert.rejects(read('work/berth.yaml'), out);
    assert.deepEqual(
      (await read('work/named.yaml')).folder.map(({ path }) => path),
      ['key'],
    );
  });

  it('waits for no pipe in place of it, of what leaves files out, or of the lock file', async () => {
    await using folder = await TemplateFolder.create({
      'berth.yaml': template('dockerfile: .'),
      Dockerfile: 'FROM a\nCOPY . /b\n',
    });
    const resolved = await folder.templates.resolve(folder.path('berth.yaml'));
    const read = () => folder.templates.ownDockerfile(resolved, folder.path('.'));
    const pipe = (name: string) => run('mkfifo', [folder.path(name)]);
    await pipe('berth.lock');
    await assert.rejects(readLock(folder.path('berth.lock')), { code: 'lock_invalid' });
    await pipe('.dockerignore');
    await assert.rejects(read(), { code: 'template_invalid', message: /\.dockerignore is no file/ });
    await rm(folder.path('Dockerfile'));
    await pipe('Dockerfile');
    await assert.rejects(read(), { code: 'template_invalid', message: /which is no file/ });
  });
});
