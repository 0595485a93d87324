import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { shellQuote } from '../../../src/core/quote';
import { commandWords } from '../../../src/core/secrets/command-words';
import { sourceText } from '../../../src/core/secrets/declared';
import { readSecretFile } from '../../../src/core/secrets/source-file';
import { fitting, readSource } from '../../../src/core/secrets/sources';
import type { Found, SecretWish, SourceContext } from '../../../src/core/secrets/types';
import type { SecretSource } from '../../../src/core/templates/schema';

const shown = (found: Found): string => (found.kind === 'value' ? `= ${found.bytes.toString()}` : found.why);

describe('Sources of secrets', () => {
  let dir: string;
  let context: SourceContext;
  before(async () => {
    dir = await realpath(await mkdtemp(join(tmpdir(), 'berth-unit-')));
    context = {
      env: { PATH: process.env['PATH'], SET: 'value', EMPTY: '' },
      folder: join(dir, 'project'),
      storage: null,
    };
    await mkdir(context.folder);
  });
  after(() => rm(dir, { recursive: true }));
  const wish = (from: SecretSource, as: SecretWish['as'] = 'env'): SecretWish => ({
    ...{ name: 'A', from, as, path: null, mode: '0600', required: false },
  });

  describe('a command’s words', () => {
    const cases: readonly (readonly [line: string, words: readonly string[] | RegExp])[] = [
      ['op read op://dev/api/key', ['op', 'read', 'op://dev/api/key']],
      [`pass show 'my key' "a \\"b\\""`, ['pass', 'show', 'my key', 'a "b"']],
      ['vault kv get -field=value secret/*', ['vault', 'kv', 'get', '-field=value', 'secret/*']],
      ['echo $HOME ${X}', ['echo', '$HOME', '$X']],
      ['a | b', /no shell runs it, so \| means nothing/],
      ['a > b', /so > means nothing/],
      ['a && b', /so && means/],
      ['a # b', /comment/],
      ["''", /names no program/],
    ];
    for (const [line, words] of cases) {
      it(line, () => {
        const found = commandWords(line);
        if (words instanceof RegExp) assert.match(String(found), words);
        else assert.deepEqual(found, words);
      });
    }

    it('are those that were quoted, whatever they are', () => {
      const word = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
      fc.assert(
        fc.property(fc.array(word, { minLength: 1 }), (argv) => {
          assert.deepEqual(commandWords(argv.map((text) => shellQuote(text)).join(' ')), argv);
        }),
      );
    });
  });

  it('a file: in the project, of the home folder or anywhere; never out of the project by a link', async () => {
    await writeFile(join(dir, 'outside'), 'o');
    await writeFile(join(context.folder, 'inside'), 'i');
    await symlink(join(dir, 'outside'), join(context.folder, 'link'));
    await symlink(dir, join(context.folder, 'up'));
    await writeFile(join(dir, 'big'), '');
    await truncate(join(dir, 'big'), 2 ** 20 + 1);
    const read = async (path: string): Promise<string> => shown(await readSecretFile(path, context));
    assert.equal(await read('inside'), '= i');
    assert.equal(await read(join(dir, 'outside')), '= o');
    for (const path of [
      'link',
      './link',
      join(context.folder, 'link'),
      'up/outside',
      join(dir, 'project/up/outside'),
    ]) {
      assert.match(await read(path), /leads out of the project's folder by a link/, path);
    }
    assert.match(await read('absent'), /there is no file absent here/);
    assert.match(await read(dir), /is not a file/);
    assert.match(await read(join(dir, 'big')), /more than 1024 KiB/);
    assert.match(await read('~/.berth-no-such-file'), /there is no file/);
  });

  it('a variable: absent where it is not set or empty', async () => {
    const read = async (value: string): Promise<Found> => readSource(wish({ kind: 'env', value }), context);
    assert.equal(shown(await read('SET')), '= value');
    for (const name of ['EMPTY', 'UNSET']) assert.equal((await read(name)).kind, 'absent');
  });

  it('the editor’s storage: absent on a command line, and where nothing is set', async () => {
    const from = { kind: 'editor', value: 'key' } as const;
    assert.match(shown(await readSource(wish(from), context)), /absent here/);
    const storage = { get: (key: string) => Promise.resolve(key === 'key' ? 'stored' : undefined) };
    assert.equal(shown(await readSource(wish(from), { ...context, storage })), '= stored');
    const other = await readSource(wish({ ...from, value: 'other' }), { ...context, storage });
    assert.match(shown(other), /the editor has no secret other/);
    const broken = { get: () => Promise.reject(new Error('planted')) };
    const failed = await readSource(wish(from), { ...context, storage: broken });
    assert.equal(shown(failed), 'the editor’s secret storage could not be read');
  });

  it('a value has to fit: what no variable can hold, and what is too long', () => {
    const env = (bytes: Buffer): Found => fitting(bytes, { as: 'env' });
    assert.equal(shown(env(Buffer.from('a\r\n'))), '= a');
    assert.match(shown(env(Buffer.from('a\0b'))), /NUL/);
    assert.match(shown(env(Buffer.alloc(100 * 1024 + 1, 'a'))), /100 KiB/);
    assert.equal(env(Buffer.from('\n')).kind, 'absent');
    assert.equal(fitting(Buffer.from('a\0\n'), { as: 'file' }).kind, 'value');
    assert.match(shown(fitting(Buffer.alloc(2 ** 20 + 1), { as: 'file' })), /1024 KiB/);
  });

  it('is told without a command’s arguments', () => {
    assert.equal(sourceText({ kind: 'command', value: 'curl -u me:hunter2 https://x' }), 'command:curl');
    assert.equal(sourceText({ kind: 'azure-keyvault', vault: 'v', name: 'n' }), 'azure-keyvault:v/n');
  });
});
