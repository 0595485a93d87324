import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labels } from '../../../src/core/model';
import { Bed } from '../cli/bed';

describe('twenty processes that bring one project up at once', () => {
  const bed = new Bed();
  after(() => bed.dispose());

  it('all succeed, with exactly one container, and one volume for each folder it keeps', async () => {
    const folder = bed.folder('crowded', {
      post_create: ['echo once >> log'],
      persist: ['~/.cache', '/opt/kept'],
    });
    // The image first: what is raced for here is the container.
    assert.equal((await bed.run(['build', folder])).code, 0);
    const ups = await Promise.all(Array.from({ length: 20 }, () => bed.up(folder)));
    const containers = new Set(ups.map(({ container }) => `${container.id} ${container.state}`));
    assert.equal(containers.size, 1, [...containers].join('\n'));
    assert.match([...containers][0] ?? '', /^[0-9a-f]{64} running$/);
    assert.equal(readFileSync(join(folder, 'log'), 'utf8'), 'once\n');
    const mine = ['--filter', `label=${labels.project}=${ups[0]?.project.id ?? ''}`];
    assert.equal((await bed.docker('ps', '-aq', ...mine)).split('\n').length, 1);
    assert.equal((await bed.docker('volume', 'ls', '-q', ...mine)).split('\n').length, 2);
  });
});
