import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stage } from './story-stage';
import type { StoryStep } from './story-steps';

const declared = `  secrets:
    STORY_KEY: { from: 'editor:story-key' }
    STORY_FILE: { from: 'file:story.txt' }
`;

/** What the container has in memory of its secrets, once it fits; within seconds, of which each look takes a tenth. */
async function inContainer(stage: Stage, pattern: RegExp): Promise<string> {
  const [id = ''] = await stage.containers();
  for (let look = 0; look < 100; look += 1) {
    const { stdout } = await stage.docker(['exec', id, 'cat', '/run/berth/secrets/env'], { accept: 'any' });
    if (pattern.test(stdout)) return stdout;
  }
  throw new Error(`the container’s secrets never came to fit ${String(pattern)}`);
}

async function started(stage: Stage): Promise<string> {
  const [id = ''] = await stage.containers();
  return (await stage.docker(['inspect', '--format', '{{.State.StartedAt}}', id])).stdout;
}

/** Secrets of the editor's own storage and of a file: missing, set, and renewed while the container runs on. */
export const secretsSteps: readonly StoryStep[] = [
  {
    name: 'a secret is missing',
    async run({ hands, options }) {
      await hands.page.keyboard.press('Escape');
      await writeFile(join(options.folder, 'story.txt'), 'first\n');
      await appendFile(join(options.folder, 'berth.yaml'), declared);
      await hands.openBerth();
      await hands.command('Berth: Refresh Secrets');
      await hands.row(/^Secrets.*1 injected, 1 missing/).click();
      await hands.row(/^STORY_FILE.*injected · file/).waitFor();
      await hands.tooltip(hands.row(/^STORY_KEY.*missing · editor/), 'The editor has no secret story-key');
    },
  },
  {
    name: 'the secret is set',
    async run(stage) {
      const { hands } = stage;
      const before = await started(stage);
      await hands.inline(hands.row(/^STORY_KEY/), 'Set Secret…');
      await hands.quickInput().fill('planted-one');
      await hands.quickInput().press('Enter');
      await hands.row(/^STORY_KEY.*injected · editor/).waitFor();
      await inContainer(stage, /planted-one/);
      assert.equal(await started(stage), before, 'the container runs on');
      await hands.command('Berth: Open Terminal');
      await hands.page.locator('.terminal-tabs-entry', { hasText: 'hello-python' }).nth(2).waitFor();
      await hands.terminal(/^\S+:\/workspace[#$]\s*$/).waitFor();
      await hands.page.keyboard.type('echo "a new shell has ${#STORY_KEY} letters"\n');
      await hands.terminal(/a\snew\sshell\shas\s11\sletters/).waitFor();
    },
  },
  {
    name: 'secrets are renewed',
    async run(stage) {
      const { hands, options } = stage;
      const before = await started(stage);
      await hands.command('Berth: Set Secret');
      await hands.option('story-key').click();
      await hands.quickInput().fill('planted-two');
      await hands.quickInput().press('Enter');
      assert.doesNotMatch(await inContainer(stage, /planted-two/), /planted-one/);
      await writeFile(join(options.folder, 'story.txt'), 'second\n');
      await hands.command('Berth: Refresh Secrets');
      await inContainer(stage, /STORY_FILE=\S*second/);
      assert.equal(await started(stage), before, 'the container runs on');
      await hands.row(/^Secrets.*2 injected/).waitFor();
    },
  },
];
