import assert from 'node:assert/strict';
import { commitChanges } from '../../../src/core/engine/commit';
import { BerthError } from '../../../src/core/errors';
import { labels } from '../../../src/core/model';
import { isBerthTag } from '../../../src/core/projects/image-verdicts';
import { snapshotLabels, withoutProxies } from '../../../src/core/snapshots/create';
import { prunePlan, snapshotOf } from '../../../src/core/snapshots/list';
import { isSnapshotName, isSnapshotTag, nameByTime, noteLine, snapshotTag } from '../../../src/core/snapshots/names';
import type { Snapshot } from '../../../src/core/snapshots/types';

const project = { id: '0123456789ab', name: 'api' };

describe('a snapshot’s names', () => {
  it('are what a tag can hold, and a moment where none was chosen', () => {
    for (const name of ['before-upgrade', '1', 'a_b.c']) assert.ok(isSnapshotName(name), name);
    for (const name of ['', '-x', '.x', 'A', 'a b', 'a/b', 'a:b', 'x'.repeat(61)])
      assert.ok(!isSnapshotName(name), name);
    assert.equal(nameByTime(new Date('2026-11-21T14:05:06.789Z')), '20261121-140506');
    assert.ok(isSnapshotName(nameByTime(new Date())));
    assert.throws(
      () => snapshotTag(project, 'A b'),
      (error) => error instanceof BerthError && error.code === 'bad_usage',
    );
  });

  it('are none that what clears away built images takes for its own', () => {
    const tag = snapshotTag(project, 'one');
    assert.equal(tag, 'berth-snapshot/api-012345:one');
    assert.ok(isSnapshotTag(tag) && isSnapshotTag(`localhost/${tag}`));
    assert.ok(!isBerthTag(tag) && !isSnapshotTag('berth/api:0123456789ab'));
  });

  it('come with a note of one line, without what only a terminal reads', () => {
    assert.equal(noteLine('  two\nlines\u001b[2J\u2028here  '), 'two lines [2J here');
    assert.equal(noteLine('x'.repeat(900)).length, 500);
  });
});

describe('what a snapshot’s image says', () => {
  it('is quoted as a Dockerfile’s words, and has no health check', () => {
    const told = commitChanges({ labels: { note: 'say "$HOME" \\' }, environment: { HTTP_PROXY: '' } });
    assert.equal(told, String.raw`LABEL note="say \"\$HOME\" \\"` + '\nENV HTTP_PROXY=""\nHEALTHCHECK NONE');
  });

  it('leaves out the machine’s proxies, but not what the image itself has', () => {
    const environment = {
      HTTP_PROXY: 'http://me:secret@proxy:3128',
      no_proxy: 'localhost',
      FTP_PROXY: '',
      COLOUR: 'red',
    };
    const image = { environment: { no_proxy: 'localhost' } };
    assert.deepEqual(withoutProxies({ environment }, image), { HTTP_PROXY: '' });
    assert.deepEqual(withoutProxies({ environment }, null), { HTTP_PROXY: '', no_proxy: '' });
  });

  it('has another kind than its container, and not the branch of its workspace', () => {
    const told = snapshotLabels({ labels: { [labels.kind]: 'project', [labels.branch]: 'main' } }, 'one', '');
    assert.equal(told[labels.kind], 'snapshot');
    assert.equal(told[labels.branch], '');
    assert.ok(!(labels.branch in snapshotLabels({ labels: {} }, 'one', '')));
  });
});

describe('the list of snapshots', () => {
  const image = {
    id: 'sha256:1',
    tags: ['mine:1', 'localhost/berth-snapshot/api-012345:one'],
    created: '2026-11-21T00:00:00Z',
    sizeBytes: 100,
    labels: { [labels.snapshot]: 'one', [labels.note]: '', [labels.project]: project.id, [labels.generation]: '3' },
  };
  const layers = [
    { digest: 'a', sizeBytes: 90 },
    { digest: 'b', sizeBytes: 10 },
  ];

  it('tells of each its size on its image, and who is made from it', () => {
    const containers = [
      { imageId: 'sha256:1', name: 'berth-api-012345' },
      { imageId: 'sha256:2', name: 'other' },
    ];
    const [found] = snapshotOf(image, containers, layers);
    assert.deepEqual(
      [found?.ownBytes, found?.note, found?.generation, found?.usedBy],
      [10, null, 3, ['berth-api-012345']],
    );
    assert.equal(snapshotOf(image, [], [])[0]?.ownBytes, null);
  });

  it('passes over an image that was built on one, whose labels it has', () => {
    assert.deepEqual(snapshotOf({ ...image, tags: ['berth/api:0123456789ab'] }, [], layers), []);
    assert.deepEqual(snapshotOf({ ...image, tags: [] }, [], layers), []);
  });

  it('is pruned down to the newest; what is in use neither goes nor counts', () => {
    const one = (name: string, ...usedBy: string[]) => ({ name, usedBy }) as unknown as Snapshot;
    const found = [one('d'), one('c', 'x'), one('b'), one('a')];
    const names = (some: readonly Snapshot[]) => some.map(({ name }) => name).join('');
    const { goes, stays } = prunePlan(found, 1);
    assert.deepEqual([names(goes), names(stays)], ['ba', 'dc']);
    assert.equal(names(prunePlan(found, 0).goes), 'dba');
    assert.equal(names(prunePlan(found, 9).goes), '');
  });
});
