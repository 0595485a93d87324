import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { HarnessError } from '../harness/exec';
import { Stage, type StageOptions } from './story-stage';
import { storySteps } from './story-steps';

export interface StoryOptions extends StageOptions {
  /** Where the screenshots go, one a step. */
  readonly shots: string;
  readonly onStep?: (step: StoryResult) => void;
}

export interface StoryResult {
  readonly step: string;
  readonly ms: number;
  /** What was seen and no picture shows: an address, a time. */
  readonly note: string;
  readonly screenshot: string;
}

/**
 * The main job through the editor's own interface, as a person does it, with a screenshot at each step. Throws at the
 * first step that does not hold, and names it; the window is photographed then too, as `failed`.
 */
export async function playStory(options: StoryOptions): Promise<StoryResult[]> {
  await mkdir(options.shots, { recursive: true });
  const stage = await Stage.open(options);
  const results: StoryResult[] = [];
  const shoot = async (name: string): Promise<string> => {
    const path = join(options.shots, `${name}.png`);
    // What lies under the pointer would be lit or explained in the picture.
    await stage.front.mouse.move(1100, 4);
    await stage.front.screenshot({ path });
    return path;
  };
  try {
    for (const [index, step] of storySteps.entries()) {
      const began = Date.now();
      const note = (await step.run(stage).catch((error: unknown) => fail(step.name, error))) ?? '';
      const ms = Date.now() - began;
      await step.before?.(stage);
      const screenshot = await shoot(`${String(index + 1).padStart(2, '0')}-${step.name.replaceAll(' ', '-')}`);
      const result = { step: step.name, ms, note, screenshot };
      results.push(result);
      options.onStep?.(result);
    }
    return results;
  } catch (error) {
    await shoot('failed');
    throw error;
  } finally {
    await stage.dispose();
  }
}

/** The first lines say what was waited for; what follows is the driver's own log, in colour. */
function fail(step: string, error: unknown): never {
  const [said = '', ...more] = stripVTControlCharacters(error instanceof Error ? error.message : String(error)).split(
    '\n',
  );
  const waited = more.find((line) => line.includes('waiting for'))?.trim();
  const why = waited === undefined ? said : `${said} ${waited}`;
  throw new HarnessError(`the step “${step}” does not hold: ${why}`, { cause: error });
}
