import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'yaml';
import { restoredFrom } from '../../../src/core/loss/preview';
import { isHarmless } from '../../../src/core/loss/types';
import type { LossPreview } from '../../../src/core/loss/types';
import { lossInWords, lossLines } from '../../../src/core/loss/words';
import { labels } from '../../../src/core/model';
import { rowOf } from '../../../src/core/projects/rows';
import { snapshotLabels } from '../../../src/core/snapshots/create';
import { archiveFile, archiveFolder } from '../../../src/core/snapshots/kept';
import { lossToRestore } from '../../../src/core/snapshots/restore';
import { TarEnd } from '../../../src/core/snapshots/tar-end';
import { snapshotTemplate } from '../../../src/core/snapshots/template';
import { resolvedSpec } from '../../../src/core/templates/schema';
import { summary } from '../projects/summaries';

const nothing: LossPreview = { carried: [], promotable: [], lost: [], restored: null };

describe('a container that was put back to a snapshot', () => {
  it('says so by its label, and its row with it; a snapshot of it does not hand that on', () => {
    const container = summary('current', {}, { [labels.restored]: 'first' });
    const facts = { engine: 'e', stale: [] };
    assert.equal(rowOf(container, facts).restored, 'first');
    assert.ok(!('restored' in rowOf(summary(), facts)));
    assert.equal(restoredFrom({ labels: snapshotLabels(container, 'second', '') }), null);
  });

  it('would lose by a refresh what nothing else tells of, and by another restore nothing', () => {
    const loss = { ...nothing, restored: 'first' };
    assert.ok(isHarmless(nothing) && !isHarmless(loss) && isHarmless(lossToRestore(loss)));
    assert.equal(lossInWords(loss), 'the snapshot first that it is on');
    assert.deepEqual(lossLines(loss), ['restored from snapshot first: a refresh would go back to the template']);
    const more: LossPreview = {
      ...loss,
      promotable: [{ manager: 'apt', name: 'tree' }],
      lost: [{ path: '/opt/x', kind: 'added', files: 2 }],
    };
    assert.equal(lossInWords(more), 'the snapshot first that it is on, 1 package and 2 files');
  });
});

describe('an archive of a volume', () => {
  const isWhole = async (...chunks: readonly Buffer[]): Promise<boolean> => {
    const end = new TarEnd();
    const away = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(Readable.from(chunks), end, away);
    return end.isWhole;
  };

  it('is whole by its two empty blocks, however it is cut into pieces', async () => {
    const [head, end] = [Buffer.alloc(512, 1), Buffer.alloc(1024)];
    assert.ok(await isWhole(head, end));
    assert.ok(await isWhole(head, ...Array.from({ length: 8 }, () => Buffer.alloc(128))));
    assert.ok(await isWhole(Buffer.concat([head, end])));
    assert.ok(!(await isWhole(head)), 'cut off');
    assert.ok(!(await isWhole(head, end.subarray(512))), 'one block');
    assert.ok(!(await isWhole(head, Buffer.alloc(7), end)), 'no whole blocks');
    assert.ok(!(await isWhole()));
  });

  it('lies below the state folder, by the id of the image', () => {
    const folder = archiveFolder({ stateDir: '/s' }, 'sha256:12ab');
    assert.deepEqual([folder, archiveFile(folder, 3)], ['/s/snapshots/12ab', '/s/snapshots/12ab/3.tar']);
  });
});

describe('the template of a project that begins with a snapshot', () => {
  const snapshot = {
    name: 'a_b.c',
    tag: 'berth-snapshot/api-012345:a_b.c',
    project: { id: '012345678901', name: 'api', folder: '/src/api' },
  };
  const text = (spec: unknown) => snapshotTemplate(snapshot, { labels: { [labels.spec]: JSON.stringify(spec) } });

  it('takes over how its container ran as far as it differs from the usual, and is a template that holds', () => {
    const had = resolvedSpec.parse({
      base_image: 'debian:12',
      packages: { apt: ['tree'] },
      user: { name: 'ada' },
      environment: { COLOUR: 'red: "#1"' },
      ports: ['8889:8888'],
      services: { web: { command: 'serve', restart: { backoff: '2s' } } },
      resources: { memory: '2g' },
      secrets: { TOKEN: { from: 'env:TOKEN' }, KEY: { from: 'azure-keyvault:my-vault/key' } },
      post_create: ['npm ci'],
    });
    const made = parse(text(had)) as { metadata: unknown; spec: Record<string, unknown> };
    assert.deepEqual(made.metadata, { name: 'from-a-b-c' });
    const spec = resolvedSpec.parse(made.spec);
    for (const field of ['user', 'environment', 'ports', 'services', 'resources', 'secrets'] as const) {
      assert.deepEqual(spec[field], had[field], field);
    }
    assert.deepEqual(Object.keys(made.spec), [
      'image',
      'user',
      'environment',
      'ports',
      'services',
      'resources',
      'secrets',
    ]);
    assert.equal(made.spec['image'], snapshot.tag);
  });

  it('leaves out what it cannot read: a label of another version, or none', () => {
    for (const spec of [{ user: { name: 'Ö' }, ports: 'x' }, 'torn', null]) {
      assert.deepEqual(Object.keys((parse(text(spec)) as { spec: object }).spec), ['image']);
    }
  });
});
