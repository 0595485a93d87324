import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bed } from './bed';

interface Told {
  readonly storage: readonly { readonly label: string; readonly target: string | null; readonly size_bytes: number }[];
}

describe('berth: what lasts', () => {
  const bed = new Bed();
  let folder: string;
  before(async () => {
    folder = bed.folder('lasting', { workspace: { mode: 'volume' }, persist: ['~/.cache'] });
    writeFileSync(join(folder, 'note'), 'first');
    await bed.up(folder);
  });
  after(() => bed.dispose());

  it('shows each volume with its size in status, as text and as JSON', async () => {
    const { stdout, code } = await bed.run(['status', 'lasting', '--json']);
    assert.equal(code, 0, stdout);
    const { storage } = JSON.parse(stdout) as Told;
    assert.deepEqual(
      storage.map(({ label, target, size_bytes }) => [label, target, size_bytes > 0]),
      [
        ['workspace', '/workspace', true],
        ['~/.cache', '/home/dev/.cache', true],
      ],
    );
    const text = (await bed.run(['status', 'lasting'])).stdout;
    assert.match(text, /volume the workspace, [\d.]+ \w+ at \/workspace/);
  });

  it('copies the workspace out and in, and asks for --force where files differ', async () => {
    const to = join(bed.dir, 'out');
    const out = await bed.run(['workspace', 'export', to, 'lasting']);
    assert.match(out.stdout, /^Copied 2 files \(.*\) from the workspace of lasting to .*out\.\n$/);
    writeFileSync(join(to, 'note'), 'second');
    const refused = await bed.run(['workspace', 'import', to, 'lasting', '--json']);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /"code": ?"file_exists"/);
    const forced = await bed.run(['workspace', 'import', to, 'lasting', '--force', '--json']);
    const { direction, files, skipped } = JSON.parse(forced.stdout) as Record<string, unknown>;
    assert.deepEqual([direction, files, skipped], ['in', 2, []]);
    assert.equal((await bed.run(['exec', '-p', 'lasting', '--', 'cat', 'note'])).stdout, 'second');
    assert.equal(readFileSync(join(folder, 'note'), 'utf8'), 'first');
    assert.equal((await bed.run(['workspace', 'move', to, 'lasting'])).code, 2);
  });

  it('lists what a purge deletes, with sizes, and asks', async () => {
    const terminal = await bed.terminal(['rm', 'lasting', '--purge']);
    await terminal.see(/Volumes:\s+berth-lasting-\w+-workspace {2}the workspace, [\d.]+ \w+/);
    await terminal.see(/delete these volumes for good\? \[y\/N\]/);
    terminal.type('n\n');
    assert.notEqual(await terminal.ended, 0);
    assert.equal((await bed.leftovers('volume')).length, 2);
    assert.equal((await bed.run(['rm', 'lasting', '--purge', '--force'])).code, 0);
    assert.deepEqual(await bed.leftovers('volume'), []);
  });
});
