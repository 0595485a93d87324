import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Berth, errorOf, scratch } from '../../harness/berth';

const fixture = join(__dirname, '../../unit/devcontainer/fixtures/python-image');

describe('berth import and berth export', function () {
  this.timeout(20_000);
  const berth = new Berth();

  it('writes berth.yaml, says what was not carried, and keeps one that is there', async () => {
    const folder = scratch();
    cpSync(fixture, folder, { recursive: true });
    const { code, stdout } = await berth.run(['import'], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /berth\.yaml imported from .*devcontainer\.json \(\d+ carried, 4 not\)\./);
    assert.match(stdout, /features\["ghcr\.io\/devcontainers\/features\/node:1"\]: .*\n +instead: base_image: node:20/);
    assert.equal((await berth.run(['validate', 'berth.yaml'], { cwd: folder })).code, 0);

    writeFileSync(join(folder, 'berth.yaml'), 'mine');
    const again = await berth.json(['import', folder]);
    assert.deepEqual([again.code, errorOf(again.document).code], [1, 'file_exists']);
    assert.equal(readFileSync(join(folder, 'berth.yaml'), 'utf8'), 'mine');
    assert.equal((await berth.run(['import', folder, '--force'])).code, 0);
    assert.match(readFileSync(join(folder, 'berth.yaml'), 'utf8'), /kind: Template/);
  });

  it('prints with --out -, and writes elsewhere with --out FILE', async () => {
    const { code, stdout } = await berth.run(['import', fixture, '--out', '-']);
    assert.equal(code, 0);
    assert.match(stdout, /^# Imported from \.devcontainer\/devcontainer\.json\.\n(.|\n)*\n {2}base_image: mcr/);
    assert.equal(existsSync(join(fixture, 'berth.yaml')), false);
    const folder = scratch();
    assert.equal((await berth.run(['import', fixture, '--out', 'a/b.yaml'], { cwd: folder })).code, 0);
    assert.ok(existsSync(join(folder, 'a/b.yaml')));
  });

  it('answers in JSON with the keys of the contract', async () => {
    const { document } = await berth.json(['import', fixture, '--out', '-']);
    assert.deepEqual(Object.keys(document), [
      ...['schema', 'outcome', 'source', 'written', 'files', 'carried', 'needless', 'not_carried'],
    ]);
    assert.equal(document['written'], false);
  });

  it('exports a template with its Dockerfile, or neither where one of them is there', async () => {
    const folder = scratch();
    writeFileSync(
      join(folder, 'berth.yaml'),
      'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: a, extends: node }\n',
    );
    mkdirSync(join(folder, '.devcontainer'));
    writeFileSync(join(folder, '.devcontainer/Dockerfile'), 'mine');
    const refused = await berth.json(['export', folder]);
    assert.equal(errorOf(refused.document).code, 'file_exists');
    assert.equal(existsSync(join(folder, '.devcontainer/devcontainer.json')), false);
    const { code, stdout } = await berth.run(['export', '--force'], { cwd: folder });
    assert.equal(code, 0);
    assert.match(stdout, /devcontainer\.json and .*Dockerfile exported from/);
    assert.match(readFileSync(join(folder, '.devcontainer/Dockerfile'), 'utf8'), /^FROM node/m);
  });

  it('shows the place of a mistake', async () => {
    const folder = scratch();
    writeFileSync(join(folder, '.devcontainer.json'), '{\n  "image": "a"\n  "name": "b"\n}\n');
    const { code, stderr } = await berth.run(['import', folder], { cwd: folder });
    assert.equal(code, 1);
    assert.match(stderr, /\.devcontainer\.json:3:3 .*comma is expected\.\n +3 \| {3}"name": "b"\n/);
    assert.equal((await berth.run(['import', join(folder, 'nothing')])).code, 1);
  });
});
