import assert from 'node:assert/strict';
import { jsonDocument } from '../../../src/cli/render/json';
import { styleFor } from '../../../src/cli/render/style';
import { resultText } from '../../../src/cli/render/text';
import type { LossPreview } from '../../../src/core/loss/types';
import type { RefreshResult } from '../../../src/core/refresh/types';
import { row, snapshot as makeSnapshot } from '../editor/rows';

const plain = styleFor(false, {});
const snapshot = makeSnapshot({ volumes: [{ purpose: 'home', target: '/home/dev', bytes: 2048 }] });
const loss: LossPreview = {
  carried: [],
  promotable: [],
  lost: [{ path: '/opt/\u001b[2Jx', kind: 'added', files: 0 }],
  restored: null,
};

describe('what berth snapshot tells', () => {
  it('of volumes that were kept: what they are and how large, in bytes for programs', () => {
    assert.match(resultText({ kind: 'snapshot', snapshot }, plain), /^ {2}kept {3}home 2\.0 KiB$/m);
    assert.match(resultText({ kind: 'snapshots', all: false, found: [snapshot] }, plain), /\+10 B, home 2\.0 KiB/);
    const document = jsonDocument({ kind: 'snapshot', snapshot })['snapshot'] as Record<string, unknown>;
    assert.deepEqual(document['volumes'], [{ purpose: 'home', target: '/home/dev', size_bytes: 2048 }]);
  });

  it('of a restore that is only asked about: what would be put aside, and nothing that only a terminal reads', () => {
    const result = { kind: 'restore_plan', row: row(), plan: { snapshot, loss, inUse: ['bash'] } } as const;
    const text = resultText(result, plain);
    assert.match(text, /^In use: bash\.\nPut aside with the container of now:\n {2}added: \/opt\//m);
    assert.ok(!text.includes('\u001b'));
    const { dry_run, in_use, loss: told } = jsonDocument(result);
    assert.deepEqual([dry_run, in_use, told], [true, ['bash'], loss]);
  });

  it('of a restore that was done: the way back, and in JSON what a refresh tells', () => {
    const timings = { resolve: 1.4 } as RefreshResult['timings'];
    const previous = { generation: 1, keptUntil: '2026-11-22T00:00:00Z' };
    const done = { row: row({ generation: 2, restored: 'first' }), refreshed: true, previous, timings, notices: [] };
    const result = { kind: 'restored', snapshot, result: done } as const;
    assert.match(resultText(result, plain), /back at the snapshot first \(generation 2\)\n {2}back {2}berth rollback/);
    const { dry_run, refreshed, timings_ms } = jsonDocument(result);
    assert.deepEqual([dry_run, refreshed, timings_ms], [false, true, { resolve: 1 }]);
  });
});
