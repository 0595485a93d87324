import assert from 'node:assert/strict';
import { cp, mkdtemp, mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorUnderTest } from '../harness/editors';
import { testEngine } from '../harness/mocha-engine';
import { makePackage } from '../harness/package';
import { REPOSITORY } from '../harness/paths';
import { playStory } from './story';

describe('the packaged extension', () => {
  let scratch = '';
  before(async () => void (scratch = await mkdtemp(join(tmpdir(), 'berth-package-'))));
  after(() => rm(scratch, { recursive: true, force: true }));

  it('installs from its .vsix and does the whole main job, clicked through', async () => {
    const vsix = await makePackage(scratch);
    assert.ok((await stat(vsix)).size < 1.5 * 2 ** 20, 'the package stays under 1.5 MB');
    const [folder, home] = [join(scratch, 'hello-python'), join(scratch, 'home')];
    await cp(join(REPOSITORY, 'examples/hello-python'), folder, { recursive: true });
    await mkdir(home);
    const steps: string[] = [];
    const editor = await editorUnderTest();
    const shots = join(scratch, 'shots');
    await playStory({
      editor,
      folder,
      vsix,
      shots,
      engine: testEngine(),
      env: { HOME: home, BERTH_HOME: join(home, '.berth') },
      onStep: ({ step }) => steps.push(step),
    }).catch(async (error: unknown) => {
      // What was on screen says more than what was waited for.
      const kept = join(REPOSITORY, 'dist/story', `failed-${editor.version}.png`);
      await cp(join(shots, 'failed.png'), kept).catch(() => undefined);
      throw error;
    });
    assert.ok(steps.includes('removed'), steps.join(', '));
  });
});
