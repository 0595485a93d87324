import assert from 'node:assert/strict';
import type { ImageLayer } from '../../../src/core/engine/types';
import { labels } from '../../../src/core/model';
import { builtByBerth, freedBytes, outdatedReason, wantedKey } from '../../../src/core/projects/image-verdicts';
import type { Wanted } from '../../../src/core/projects/image-verdicts';
import { goesAway } from '../../../src/core/projects/images';

const fingerprint = 'a'.repeat(64);

function layers(...digests: string[]): ImageLayer[] {
  return digests.map((digest) => ({ digest: `sha256:${digest}`, sizeBytes: 10 }));
}

function image(tags: string[], made: ImageLayer[], more: Record<string, string> = {}) {
  return { tags, layers: made, labels: { [labels.schema]: '1', [labels.fingerprint]: fingerprint, ...more } };
}

describe('images: whose they are', () => {
  const own = image(['berth/api:aaaa'], layers('base', 'tools'));

  it('Berth’s are those that have its labels and a name that it gives, on Podman too', () => {
    const podman = image(['localhost/berth/api:aaaa'], layers('base'));
    const foreign = { tags: ['debian:bookworm'], layers: [], labels: {} };
    assert.deepEqual(builtByBerth([own, podman, foreign]), [own, podman]);
  });

  it('what somebody built on one of them inherits its labels and is not Berth’s, with a name or without', () => {
    const named = image(['mine:1'], layers('base', 'tools', 'mine'));
    const nameless = image([], layers('base', 'tools', 'mine'));
    assert.deepEqual(builtByBerth([own, named, nameless]), [own]);
  });

  it('one that lost its name to a newer build of the same is, unless that build is not there to tell', () => {
    const replaced = image([], layers('base', 'older tools'));
    assert.deepEqual(builtByBerth([own, replaced]), [own, replaced]);
    assert.deepEqual(builtByBerth([replaced]), []);
  });

  it('labels of another kind say nothing', () => {
    assert.deepEqual(builtByBerth([image(['berth/x:1'], [], { [labels.schema]: '2' })]), []);
    assert.deepEqual(builtByBerth([image(['berth/x:1'], [], { [labels.fingerprint]: 'x' })]), []);
  });
});

describe('images: outdated', () => {
  const wanted: Wanted = {
    images: new Map([[wantedKey('api', fingerprint), 'debian:bookworm-slim']]),
    read: new Set(['api']),
    unreadable: new Set(['broken']),
  };
  const bases = new Map([['debian:bookworm-slim', layers('base')]]);
  const fresh = { tags: ['berth/api:1'], template: 'api', fingerprint, layers: layers('base', 'tools') };

  const table: [why: string, change: Partial<typeof fresh>, reason: string | null][] = [
    ['a template asks for just it', {}, null],
    [
      'its base has other layers now',
      { layers: layers('old', 'tools') },
      'its base image debian:bookworm-slim changed',
    ],
    ['its template asks for another', { fingerprint: 'b' }, 'its template changed'],
    ['another template asks for the same, but by its own name', { template: 'gone' }, 'no template asks for it'],
    ['no template has its name', { fingerprint: 'b', template: 'gone' }, 'no template asks for it'],
    ['its template has mistakes, so nothing can be said', { fingerprint: 'b', template: 'broken' }, null],
    ['it lost its name', { tags: [] }, 'replaced by a newer build'],
  ];
  for (const [why, change, reason] of table) {
    it(why, () => assert.equal(outdatedReason({ ...fresh, ...change }, wanted, bases), reason));
  }

  it('a base that is not on the engine any more says nothing', () => {
    assert.equal(outdatedReason(fresh, wanted, new Map()), null);
  });
});

describe('images: what a prune takes', () => {
  const idle = { usedBy: [], tags: ['berth/api:1'], outdated: 'its template changed' };
  const user = { container: 'berth-api-123456', project: 'api' };

  it('never one in use, and never one with a name that somebody else gave', () => {
    assert.equal(goesAway(idle, false), true);
    for (const all of [false, true]) {
      assert.equal(goesAway({ ...idle, usedBy: [user] }, all), false);
      assert.equal(goesAway({ ...idle, tags: ['berth/api:1', 'registry.test/api:1'] }, all), false);
    }
  });

  it('what a template still asks for only if all unused ones are meant', () => {
    assert.equal(goesAway({ ...idle, outdated: null }, false), false);
    assert.equal(goesAway({ ...idle, outdated: null }, true), true);
  });

  it('frees the layers that no other image has, each once', () => {
    const one = { sizeBytes: 40, layers: layers('base', 'tools', 'apt', 'one') };
    const two = { sizeBytes: 40, layers: layers('base', 'tools', 'apt', 'two') };
    assert.equal(freedBytes([one], [two]), 10);
    assert.equal(freedBytes([one, two], [{ layers: layers('base') }]), 40);
    assert.equal(freedBytes([one], []), 40);
    assert.equal(freedBytes([one], [one]), 0);
    // The same content over another base is another layer.
    assert.equal(freedBytes([one], [{ layers: layers('other', 'tools', 'apt') }]), 40);
  });

  it('counts an image whole whose layers have no sizes', () => {
    const unknown = { sizeBytes: 40, layers: [{ digest: 'sha256:x', sizeBytes: null }] };
    assert.equal(freedBytes([unknown], []), 40);
  });
});
