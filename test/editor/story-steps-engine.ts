import assert from 'node:assert/strict';
import type { StoryStep } from './story-steps';

/** Milliseconds within which the editor shows what somebody else did to a container. */
const soon = 2000;

/** What happens behind the editor's back: a container that somebody removes, an engine that is gone for a while. */
export const engineSteps: readonly StoryStep[] = [
  {
    name: 'removed from outside',
    async run(stage) {
      const { hands, docker } = stage;
      await stage.closeRemote();
      await hands.openBerth();
      await hands.rowWithIcon('vm-running').first().waitFor();
      const containers = await stage.containers();
      assert.equal(containers.length, 1, 'the project has one container');
      await docker(['rm', '--force', ...containers]);
      const removed = Date.now();
      await hands.welcome().waitFor({ timeout: soon });
      await hands.statusBar('hello-python').waitFor({ state: 'hidden', timeout: soon });
      const ms = Date.now() - removed;
      assert.ok(ms < soon, `shown after ${ms} ms`);
      return `docker rm -f is shown after ${ms} ms`;
    },
  },
  {
    name: 'up again',
    async run({ hands }) {
      await hands.command('Berth: Up');
      await hands.rowWithIcon('vm-running').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
    },
  },
  {
    name: 'engine unreachable',
    async run(stage) {
      const { hands } = stage;
      await hands.page.evaluate(() => Object.assign(globalThis, { sameWindow: true }));
      await stage.killEngine();
      await hands.statusBar('engine unreachable').waitFor();
      await hands.rowWithIcon('debug-disconnect').first().waitFor();
      await hands.row(/hello-python.*engine unreachable · healthy/).waitFor();
    },
  },
  {
    name: 'engine back',
    async run(stage) {
      const { hands } = stage;
      await stage.startEngine();
      await hands.rowWithIcon('vm-running').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
      assert.ok(await hands.page.evaluate(() => 'sameWindow' in globalThis), 'it heals without a reload');
    },
  },
];
