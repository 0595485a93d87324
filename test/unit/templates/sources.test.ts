import assert from 'node:assert/strict';
import { planImage } from '../../../src/core/templates/image/plan';
import { loginText, probeAnswer } from '../../../src/core/templates/image/prebuilt';
import { resolvedSpec } from '../../../src/core/templates/schema';
import type { ImageSource, ImageTarget, ResolvedTemplate } from '../../../src/core/templates/types';

const target: ImageTarget = { uid: 1000, gid: 1000, buildkit: true };
const certificates = [{ name: 'berth-0123456789ab.crt', pem: '-----BEGIN CERTIFICATE-----\n' }];

function template(spec: object): ResolvedTemplate {
  const head = { name: 'probe', description: '', files: [], written: new Set<string>(), origins: new Map() };
  return { ...head, spec: resolvedSpec.parse(spec) };
}

function prebuilt(lacks: Partial<Record<'tools' | 'user' | 'certificates', boolean>>, id = 'sha256:1'): ImageSource {
  const all = { tools: false, user: false, certificates: false, ...lacks };
  return { kind: 'prebuilt', from: 'made:1', id, lacks: all };
}

const phases = (dockerfile: string) => [...dockerfile.matchAll(/: berth ([a-z]+)/g)].map(([, phase]) => phase);

describe('templates: what an image is laid upon', () => {
  it('a prebuilt image gets what it lacks and no more', () => {
    const resolved = template({ image: 'made:1' });
    const of = (source: ImageSource) => planImage(resolved, { ...target, certificates }, source);
    assert.deepEqual(phases(of(prebuilt({ tools: true })).dockerfile), ['base']);
    assert.deepEqual(phases(of(prebuilt({ user: true })).dockerfile), ['user']);
    assert.deepEqual(phases(of(prebuilt({ certificates: true })).dockerfile), ['certificates', 'trust']);
    const whole = of(prebuilt({}));
    assert.deepEqual([whole.prebuilt, whole.tag, whole.dockerfile, whole.context], [true, 'made:1', '', []]);
  });

  it('a prebuilt image’s fingerprint is told by which image it is, before anyone has looked into it', () => {
    const resolved = template({ image: 'made:1' });
    const of = (source: ImageSource, where = target) => planImage(resolved, where, source).fingerprint;
    assert.equal(of(prebuilt({ user: true })), of(prebuilt({})));
    assert.notEqual(of(prebuilt({}, 'sha256:2')), of(prebuilt({})));
    assert.notEqual(of(prebuilt({}), { ...target, uid: 1001 }), of(prebuilt({})));
    assert.notEqual(of(prebuilt({}), { ...target, certificates }), of(prebuilt({})));
  });

  it('a base by its digest is named so, and keeps the caches of its name', () => {
    const resolved = template({ base_image: 'debian:12', packages: { apt: ['tree'] } });
    const plain = planImage(resolved, target);
    const pinned = planImage(resolved, target, { kind: 'base', from: 'debian@sha256:1' });
    assert.match(pinned.dockerfile, /^FROM debian@sha256:1\n/);
    const caches = (text: string) => [...text.matchAll(/id=(berth-[\w-]+)/g)].map(([, id]) => id);
    assert.deepEqual(caches(pinned.dockerfile), caches(plain.dockerfile));
    assert.notEqual(pinned.fingerprint, plain.fingerprint);
    const byId = planImage(resolved, target, { kind: 'base', from: 'debian:12', identity: 'sha256:2' });
    assert.equal(byId.dockerfile, plain.dockerfile);
    assert.notEqual(byId.fingerprint, plain.fingerprint);
  });

  it('certificates come before the first package, and are part of the fingerprint', () => {
    const resolved = template({ base_image: 'debian:12', packages: { apt: ['tree'] } });
    const plan = planImage(resolved, { ...target, certificates });
    assert.deepEqual(phases(plan.dockerfile), ['certificates', 'base', 'trust', 'apt', 'user']);
    assert.deepEqual(plan.context, [
      { path: '.berth/certificates/berth-0123456789ab.crt', content: '-----BEGIN CERTIFICATE-----\n', mode: 0o644 },
    ]);
    const other = planImage(resolved, { ...target, certificates: [{ ...certificates[0]!, pem: 'other' }] });
    assert.equal(other.dockerfile, plan.dockerfile);
    assert.notEqual(other.fingerprint, plan.fingerprint);
    assert.equal(
      planImage(resolved, { ...target, certificates: [] }).fingerprint,
      planImage(resolved, target).fingerprint,
    );
  });

  it('the login that an image was made for is said in full', () => {
    const spec = (user: object) => template({ image: 'x', user, security: { no_new_privileges: false } }).spec;
    assert.equal(loginText(spec({}), target), '1000:1000:dev');
    assert.equal(loginText(spec({ name: 'pat', sudo: true }), target), '1000:1000:pat:sudo');
    assert.equal(loginText(spec({ sudo: true }), { ...target, uid: 0, gid: 0 }), '0:0:root');
  });

  it('takes a look into an image for an answer only where it is whole', () => {
    assert.deepEqual(probeAnswer('tools=yes\nuser=no\n'), { tools: false, user: true });
    for (const text of ['', 'exec failed: no such file\n', 'tools=yes\n']) assert.equal(probeAnswer(text), null);
  });
});
