import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labels } from '../../../src/core/model';
import { Fixture, installation } from './fixture';
import { bundleProgram } from '../../harness/program';

const execute = promisify(execFile);

describe('twenty processes that bring one project up at once', () => {
  let fixture: Fixture;
  let bundle: string;
  before(async () => {
    fixture = await Fixture.create();
    bundle = await mkdtemp(join(tmpdir(), 'berth-parallel-'));
    bundleProgram(join(bundle, 'a', 'b', 'c', 'child.js'), {
      entryPoints: [join(__dirname, 'parallel-child.ts')],
      define: { __dirname: JSON.stringify(join(installation, 'test/engine/projects')) },
    });
  });
  after(async () => {
    await fixture.dispose();
    await rm(bundle, { recursive: true });
  });

  it('all succeed, with exactly one container, and one volume for each folder it keeps', async () => {
    const folder = await fixture.folder(
      'crowded',
      '  post_create: ["echo once >> log"]\n  persist: ["~/.cache", /opt/kept]\n',
    );
    // The image first: what is raced for here is the container.
    await fixture.core.projects.buildImage(join(folder, 'berth.yaml'), folder, {}, () => undefined);
    const runs = Array.from({ length: 20 }, () =>
      execute(process.execPath, [join(bundle, 'a/b/c/child.js'), join(fixture.dir, 'home'), folder]),
    );
    const lines = (await Promise.all(runs)).map(({ stdout }) => stdout.trim());
    assert.equal(new Set(lines).size, 1, lines.join('\n'));
    assert.match(lines[0] ?? '', /^[0-9a-f]{64} running$/);
    const engine = await fixture.core.engine.get();
    const { id } = await fixture.core.projects.identify(folder);
    assert.equal((await engine.listContainers({ labels: { [labels.project]: id } })).length, 1);
    assert.equal((await engine.listVolumes({ labels: { [labels.project]: id } })).length, 2);
  });
});
