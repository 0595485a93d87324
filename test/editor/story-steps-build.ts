import type { StoryStep } from './story-steps';

/** Milliseconds that a first build may take: it fetches packages. */
const patience = { timeout: 600_000 };

/** From a folder to its container: what is offered, a build that is cancelled, and one that is not. */
export const buildSteps: readonly StoryStep[] = [
  {
    name: 'welcome',
    async run({ hands }) {
      await hands.openFile('hello.py');
      await hands.openBerth();
      await hands.welcome().waitFor();
    },
  },
  {
    name: 'progress with cancel',
    async run({ hands }) {
      await hands.welcome().click();
      await hands.rowWithIcon('loading').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
      await hands.command('Berth: Show Output');
      await hands.output(/tool\s1\sof\s4/).waitFor(patience);
      await hands.notification('Berth: hello-python').getByRole('button', { name: 'Cancel' }).waitFor();
    },
  },
  {
    name: 'cancelled',
    async run({ hands }) {
      await hands.notification('Berth: hello-python').getByRole('button', { name: 'Cancel' }).click();
      await hands.output(/✖\scancelled/).waitFor();
      await hands.welcome().waitFor();
    },
  },
  {
    name: 'building',
    async run({ hands }) {
      await hands.welcome().click();
      await hands.rowWithIcon('loading').first().waitFor();
      await hands.statusBar('hello-python').waitFor();
      await hands.output(/tool\s3\sof\s4/).waitFor(patience);
    },
  },
  {
    name: 'the container runs',
    async run(stage) {
      const { hands } = stage;
      await hands.rowWithIcon('vm-running').first().waitFor(patience);
      await hands.statusBar('hello-python').waitFor();
      await stage.containers();
    },
  },
  {
    name: 'the right provider is offered',
    async run({ hands }) {
      // This editor has no Remote-SSH provider, so opening ends with the offer of the one that fits it.
      await hands.notification('Open Remote - SSH').getByRole('button', { name: 'Install' }).waitFor();
    },
  },
];
