import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack, type Header } from 'tar-stream';
import { unpackFolder } from '../../../src/core/storage/unpack-folder';

/** An archive as whoever is root in a container could write it. */
function archive(entries: readonly (Partial<Header> & { readonly name: string; readonly text?: string })[]): Readable {
  const tar = pack();
  for (const { text, ...header } of entries) tar.entry(header, text ?? '');
  tar.finalize();
  return Readable.from(tar);
}

describe('storage: an archive out of a container', () => {
  let dir: string;
  let folder: string;
  let outside: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-unpack-'));
    folder = join(dir, 'folder');
    outside = join(dir, 'outside');
    await mkdir(folder);
    await writeFile(outside, 'mine');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('writes through no link of its own, not even one that has the name of a file on its way', async () => {
    const aside = ['a', 'b'].map((name) => `.${name}.berth-${process.pid}`);
    await unpackFolder(
      archive([
        { name: 'w/', type: 'directory' },
        ...aside.map((name) => ({ name: `w/${name}`, type: 'symlink', linkname: outside }) as const),
        { name: 'w/a', text: 'theirs' },
        { name: 'w/b', type: 'link', linkname: 'w/a' },
      ]),
      folder,
    );
    assert.equal(await readFile(outside, 'utf8'), 'mine');
    assert.equal(await readFile(join(folder, 'b'), 'utf8'), 'theirs');
    assert.ok((await lstat(join(folder, 'b'))).isFile());
    assert.deepEqual((await readdir(folder)).sort(), [...aside, 'a', 'b'].sort());
  });

  it('leads out of the folder neither by a name nor through a link', async () => {
    await unpackFolder(archive([{ name: 'w/../../outside', text: 'theirs' }]), folder);
    const through = archive([
      { name: 'w/out', type: 'symlink', linkname: dir },
      { name: 'w/out/outside', text: 'theirs' },
    ]);
    await assert.rejects(unpackFolder(through, folder), /is in the way/);
    assert.equal(await readFile(outside, 'utf8'), 'mine');
  });
});
