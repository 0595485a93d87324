import assert from 'node:assert/strict';
import { createTemplates } from '../../../src/core/templates';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { filesOfPlan } from '../../../src/core/projects/build-files';
import { lookAtSource } from '../../../src/core/projects/image-source';
import type { Desired } from '../../../src/core/projects/desired';

describe('projects: the files that a plan rests upon', () => {
  let dir = '';
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'berth-plan-files-'))));
  afterEach(() => rmSync(dir, { recursive: true }));
  const builtInDir = resolve(__dirname, '../../../templates');
  const write = (name: string, content: string) => writeFileSync(join(dir, name), content);
  const template = (name: string, head: object, spec: object = {}) => {
    const document = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name, ...head }, spec };
    write(`${name}.yaml`, JSON.stringify(document));
  };

  async function files(env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
    const places = { builtInDir, userDir: join(dir, 'user') };
    const templates = createTemplates(places);
    const resolved = await templates.resolve(join(dir, 'berth.yaml'), dir);
    const target = { uid: 1000, gid: 1000, buildkit: true };
    const source = await lookAtSource(templates, null, resolved, dir);
    const image = templates.plan(resolved, target, source);
    const desired: Desired = { resolved, image, target, folder: dir, spec: '', reason: null };
    return filesOfPlan(desired, { builtInDir, userTemplatesDir: places.userDir, env });
  }

  it('are the chain, what lies over it, and what another file would be taken for', async () => {
    template('parent', { extends: 'base' });
    template('berth', { extends: './parent.yaml' });
    const found = await files();
    const expected = [
      'berth.yaml',
      'parent.yaml',
      'berth.local.yaml',
      'berth.lock',
      'base.berth.yaml',
      'user/base.yml',
    ];
    for (const name of expected) assert.ok(found.includes(join(dir, name)), name);
    assert.ok(found.includes(join(builtInDir, 'base.yaml')));
    assert.equal(new Set(found).size, found.length);
  });

  it('are the files of certificates', async () => {
    template('berth', { extends: 'base' });
    const found = await files({ BERTH_EXTRA_CA_CERTS: `${join(dir, 'a.pem')}:${join(dir, 'b.pem')}` });
    assert.ok(found.includes(join(dir, 'a.pem')) && found.includes(join(dir, 'b.pem')));
  });

  it('are a Dockerfile of one’s own', async () => {
    template('berth', {}, { dockerfile: 'Containerfile' });
    write('Containerfile', 'FROM debian\nRUN true\n');
    assert.ok((await files()).includes(join(dir, 'Containerfile')));
  });
});
