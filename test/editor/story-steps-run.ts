import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoryStep } from './story-steps';

/** Goes on once it is let go on, so that what is seen while it runs does not hang on how quickly somebody looks. */
const go = 'go-on';
const slowly = `python -c "import os, time; print(10 + 1); print(20 + 2, flush=True); [time.sleep(.1) for _ in iter(lambda: os.path.exists('${go}'), True)]; print(30 + 3); print(40 + 4)"`;

/** Commands, tasks and terminals in the container, and the actions that the status bar offers. */
export const runSteps: readonly StoryStep[] = [
  {
    name: 'run command pick',
    async run({ hands }) {
      await hands.clearNotifications();
      await hands.command('Berth: Run Command');
      await hands.option('make lint').waitFor();
      await hands.quickInput().fill(slowly);
      await hands.option('run this').waitFor();
    },
  },
  {
    name: 'output while it runs',
    async run({ hands }) {
      await hands.page.keyboard.press('Enter');
      await hands.output(/11.*22/).waitFor();
      await hands.row(/Commands/).waitFor();
      assert.equal(await hands.output(/exit\s0/).count(), 0, 'the lines come while the command runs');
    },
  },
  {
    name: 'exit code and time',
    async run({ hands, options }) {
      await writeFile(join(options.folder, go), '');
      await hands.output(/44.*✔\sexit\s0\s·/).waitFor();
      await hands.row(/Commands/).waitFor({ state: 'detached' });
      await rm(join(options.folder, go));
    },
  },
  {
    name: 'recent commands and scripts',
    async run({ hands }) {
      await hands.command('Berth: Run Command');
      await hands.option(slowly).waitFor();
      await hands.option('make lint').waitFor();
    },
  },
  {
    name: 'command cancelled',
    async run({ hands }) {
      await hands.quickInput().fill('sleep 1000');
      await hands.option('run this').waitFor();
      await hands.page.keyboard.press('Enter');
      const run = hands.row(/^sleep 1000/).last();
      await run.waitFor();
      await hands.inline(run, 'Cancel');
      await hands.output(/sleep\s1000.*✖\scancelled/).waitFor();
    },
  },
  {
    name: 'task with problems',
    async run({ hands }) {
      await hands.lintTask();
    },
  },
  {
    name: 'terminal',
    async run({ hands }) {
      await hands.command('Berth: Open Terminal');
      await hands.terminal(/[#$]/).waitFor();
      await hands.page.keyboard.type('python hello.py\n');
      await hands.terminal(/Hello\sfrom\sthe\scontainer/).waitFor();
    },
  },
  {
    name: 'terminal after a resize',
    async run({ hands }) {
      const wait =
        'was=$(stty size); until [ "$(stty size)" != "$was" ]; do sleep 0.1; done; echo $was became $(stty size)';
      await hands.page.keyboard.type(`echo waiting-$((40+2)); ${wait}\n`);
      await hands.terminal(/waiting-42/).waitFor();
      const size = hands.page.viewportSize();
      await hands.page.setViewportSize({ width: 1040, height: 720 });
      await hands.terminal(/\d+\s\d+\sbecame\s\d+\s\d+/).waitFor();
      if (size !== null) await hands.page.setViewportSize(size);
    },
  },
  {
    name: 'terminal by its profile',
    async run({ hands }) {
      await hands.command('Create New Terminal (With Profile)');
      await hands.quickInput().fill('Berth: this container');
      await hands.option('Berth: this container').first().click();
      await hands.page.locator('.terminal-tabs-entry', { hasText: 'hello-python' }).nth(1).waitFor();
      // The new one is in front: a fresh prompt, and nothing of what the other one shows.
      await hands.terminal(/^\S+:\/workspace[#$]\s*$/).waitFor();
    },
  },
  {
    name: 'status bar actions',
    async run({ hands }) {
      await hands.statusBar('hello-python').click();
      for (const action of ['Run Command', 'Open Terminal', 'Stop', 'Remove']) await hands.option(action).waitFor();
    },
  },
];
