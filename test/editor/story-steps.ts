import assert from 'node:assert/strict';
import type { Hands } from './story-hands';

export interface StoryStep {
  readonly name: string;
  run(hands: Hands): Promise<void>;
  /** What makes the picture clearer, after the step was timed. */
  before?(hands: Hands): Promise<void>;
}

const slowly = 'python -c "import time; [print(n * 11, flush=True) or time.sleep(1) for n in range(1, 5)]"';

/** The main job, step by step. Later steps stand on the earlier ones. */
export const storySteps: readonly StoryStep[] = [
  {
    name: 'welcome',
    async run(hands) {
      await hands.openBerth();
      await hands.page.getByRole('button', { name: 'Open Project in Container' }).waitFor();
    },
  },
  {
    name: 'building',
    async run(hands) {
      await hands.page.getByRole('button', { name: 'Open Project in Container' }).click();
      await hands.rowWithIcon('loading').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
    },
    async before(hands) {
      await hands.command('Berth: Show Output');
      await hands.output(/—/).waitFor();
    },
  },
  {
    name: 'the container runs',
    async run(hands) {
      await hands.rowWithIcon('vm-running').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
      // This editor has no Remote-SSH provider, so opening ends with the offer of the right one.
      await hands.notification('Open Remote - SSH').waitFor();
    },
  },
  {
    name: 'run command pick',
    async run(hands) {
      await hands.command('Notifications: Clear All Notifications');
      await hands.command('Berth: Run Command');
      await hands.quickInput().fill(slowly);
      await hands.option('run this').waitFor();
    },
  },
  {
    name: 'output while it runs',
    async run(hands) {
      await hands.page.keyboard.press('Enter');
      await hands.output(/11/).waitFor();
      await hands.row(/Commands/).waitFor();
      assert.equal(await hands.output(/exit\s0/).count(), 0, 'the lines come while the command runs');
    },
  },
  {
    name: 'exit code and time',
    async run(hands) {
      await hands.output(/44.*✔\sexit\s0/).waitFor();
      await hands.row(/Commands/).waitFor({ state: 'detached' });
    },
  },
  {
    name: 'cancel',
    async run(hands) {
      await hands.command('Berth: Run Command');
      await hands.quickInput().fill('sleep 1000');
      await hands.option('run this').waitFor();
      await hands.page.keyboard.press('Enter');
      const run = hands.row(/^sleep 1000/).last();
      await run.waitFor();
      await hands.inline(run, 'Cancel');
      await hands.output(/✖\scancelled/).waitFor();
    },
  },
  {
    name: 'task with problems',
    async run(hands) {
      await hands.command('Tasks: Run Task');
      await hands.quickInput().fill('lint in the container');
      await hands.option('lint in the container').first().click();
      await hands.page
        .locator('.statusbar-item', {
          has: hands.page.locator('[aria-label*="Warnings: 1"], [aria-label^="Warnings: "]'),
        })
        .first()
        .waitFor();
      await hands.command('Problems: Focus on Problems View');
      await hands.page.locator('.markers-panel', { hasText: 'has no docstring' }).waitFor();
    },
  },
  {
    name: 'terminal',
    async run(hands) {
      await hands.command('Berth: Open Terminal');
      await hands.terminal(/[#$]/).waitFor();
      await hands.page.keyboard.type('python hello.py && stty size\n');
      await hands.terminal(/Hello\sfrom\sthe\scontainer/).waitFor();
    },
  },
  {
    name: 'terminal by its profile',
    async run(hands) {
      await hands.command('Create New Terminal (With Profile)');
      await hands.quickInput().fill('Berth: this container');
      await hands.option('Berth: this container').first().click();
      await hands.page.locator('.terminal-tabs-entry', { hasText: 'hello-python' }).nth(1).waitFor();
      await hands.terminal(/\/workspace/).waitFor();
    },
  },
  {
    name: 'status bar actions',
    async run(hands) {
      await hands.statusBar('hello-python').click();
      await hands.option('Run Command').waitFor();
      await hands.option('Remove').waitFor();
    },
  },
  {
    name: 'stopped',
    async run(hands) {
      await hands.page.keyboard.press('Escape');
      await hands.command('Berth: Stop');
      await hands.rowWithIcon('vm-outline').first().waitFor();
      await hands.statusBar('stopped').waitFor();
    },
  },
  {
    name: 'started again',
    async run(hands) {
      await hands.inline(hands.row('hello-python').first(), 'Start');
      await hands.rowWithIcon('vm-running').first().waitFor();
    },
  },
  {
    name: 'remove asks',
    async run(hands) {
      await hands.command('Berth: Remove');
      await hands.dialog().waitFor();
      await hands.dialog().getByText('Kept: the folder').waitFor();
    },
  },
  {
    name: 'removed',
    async run(hands) {
      await hands.dialog().getByRole('button', { name: 'Remove All' }).click();
      await hands.page.getByRole('button', { name: 'Open Project in Container' }).waitFor();
      await hands.statusBar('hello-python').waitFor({ state: 'hidden' });
    },
  },
];
