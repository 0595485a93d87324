import assert from 'node:assert/strict';
import type { JournalEntry } from '../../../src/core/journal/entry';
import { Bed } from './bed';

describe('berth history', function () {
  this.timeout(60_000);
  const bed = new Bed();
  after(() => bed.dispose());

  const history = async (...args: string[]): Promise<JournalEntry[]> => {
    const { code, document } = await bed.berth.json(['history', ...args]);
    assert.equal(code, 0);
    return document['entries'] as JournalEntry[];
  };

  it('tells what was done to a project, by whom and to which container, and nothing of what changed nothing', async () => {
    assert.deepEqual(await history(), []);
    const folder = bed.folder('told');
    const { project, container } = await bed.up(folder);
    assert.equal((await bed.up(folder)).reused, true);
    for (const verb of ['stop', 'start', 'restart']) assert.equal((await bed.run([verb, folder])).code, 0);
    const again = await bed.up(folder, '--rebuild');
    const bad = bed.folder('bad', { base_image: 'berth-test/nope:1' });
    assert.equal((await bed.run(['up', bad])).code, 1);

    const all = await history();
    assert.deepEqual(
      all.map(({ kind, project: of, code }) => [kind, of?.name, code]),
      [
        ['failed', 'bad', 'image_not_found'],
        ['replaced', 'told', null],
        ['restarted', 'told', null],
        ['started', 'told', null],
        ['stopped', 'told', null],
        ['created', 'told', null],
      ],
    );
    assert.ok(all.every(({ actor, at }) => actor === 'cli' && !Number.isNaN(Date.parse(at))));
    assert.match(all[0]?.cause ?? '', /berth-test\/nope:1/);
    assert.deepEqual(all.at(-1)?.project, { id: project.id, name: project.name });
    assert.equal(all.at(-1)?.container, container.id);
    assert.equal(all[1]?.container, again.container.id);
    assert.equal((await history(folder, '--limit', '2')).length, 2);

    assert.equal((await bed.run(['rm', folder, '--force'])).code, 0);
    const [removed] = await history('--limit', '1');
    assert.deepEqual([removed?.kind, removed?.cause], ['removed', 'volumes kept']);
    const text = await bed.run(['history', '--limit', '1']);
    assert.match(text.stdout, /told +removed +by cli .*volumes kept/);
  });
});
