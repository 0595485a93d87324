import type { StoryStep } from './story-steps';

/** Stop, start and remove; the story leaves nothing behind. */
export const endSteps: readonly StoryStep[] = [
  {
    name: 'an activity opened',
    async run({ hands }) {
      await hands.activity().click();
      await hands.row('container created').first().click();
      await hands.shownPage().getByText('Took').waitFor();
    },
  },
  {
    name: 'stopped',
    async run({ hands }) {
      await hands.activity().click();
      await hands.command('Berth: Stop');
      await hands.rowWithIcon('vm-outline').first().waitFor();
      await hands.statusBar('stopped').waitFor();
    },
  },
  {
    name: 'started again',
    async run({ hands }) {
      await hands.inline(hands.row('hello-python').first(), 'Start');
      await hands.rowWithIcon('vm-running').first().waitFor();
    },
  },
  {
    name: 'remove asks',
    async run({ hands }) {
      await hands.command('Berth: Remove');
      await hands.dialog().getByText('Kept: the folder').waitFor();
      // What Enter presses takes nothing.
      await hands.dialog().locator('a:focus, button:focus', { hasText: 'Show What Is Lost' }).waitFor();
    },
  },
  {
    name: 'removed',
    async run({ hands }) {
      await hands.dialog().getByRole('button', { name: 'Remove All' }).click();
      await hands.welcome().waitFor();
      await hands.statusBar('hello-python').waitFor({ state: 'hidden' });
    },
  },
];
