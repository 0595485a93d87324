import assert from 'node:assert/strict';
import type { StoryStep } from './story-steps';

/** A window that is open in the container: everything in it belongs to that project. */
export const remoteSteps: readonly StoryStep[] = [
  {
    name: 'window in the container',
    async run(stage) {
      const authority = new URL(stage.handedOver).host;
      await stage.openRemote(authority.replace('ssh-remote+', ''));
      const hands = stage.remote;
      assert.equal(new URL(hands.page.url()).host, authority);
      await hands.openFile('hello.py');
      await hands.openBerth();
      await hands.rowWithIcon('vm-running').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
      return authority;
    },
  },
  {
    name: 'command in that window',
    async run({ remote: hands }) {
      await hands.command('Berth: Run Command');
      await hands.quickInput().fill('pwd; python hello.py');
      await hands.option('run this').waitFor();
      await hands.page.keyboard.press('Enter');
      await hands.output(/\/workspace\s*Hello\sfrom\sthe\scontainer.*✔\sexit\s0/).waitFor();
    },
  },
  {
    name: 'task in that window',
    async run({ remote: hands }) {
      await hands.lintTask();
    },
  },
  {
    name: 'terminal in that window',
    async run({ remote: hands }) {
      await hands.command('Berth: Open Terminal');
      await hands.terminal(/\/workspace[#$]/).waitFor();
      await hands.page.keyboard.type('python hello.py\n');
      await hands.terminal(/Hello\sfrom\sthe\scontainer/).waitFor();
    },
  },
];
