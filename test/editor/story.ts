import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Editor } from '../harness/editors';
import { openWorkbench } from '../harness/workbench';
import { Hands } from './story-hands';
import { storySteps } from './story-steps';

export interface StoryOptions {
  readonly editor: Editor;
  /** A copy of the example: the story's container belongs to it, and is removed at the story's end. */
  readonly folder: string;
  /** Loads the extension from its source folder; or an installed package. */
  readonly extensionDir?: string;
  readonly vsix?: string;
  /** Where the screenshots go, one a step. */
  readonly shots: string;
  /** What the extension host is given beside this process's environment: DOCKER_HOST, BERTH_HOME, HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly theme?: string;
  readonly onStep?: (step: StoryResult) => void;
}

export interface StoryResult {
  readonly step: string;
  readonly ms: number;
  readonly screenshot: string;
}

/**
 * The main job through the editor's own interface, as a person does it, with a screenshot at each step. Throws at the
 * first step that does not hold; the window is photographed then too, as `failed`.
 */
export async function playStory(options: StoryOptions): Promise<StoryResult[]> {
  await mkdir(options.shots, { recursive: true });
  const bench = await openWorkbench(options.editor, {
    folder: options.folder,
    ...(options.extensionDir === undefined ? {} : { extensionDir: options.extensionDir }),
    ...(options.vsix === undefined ? {} : { vsix: options.vsix }),
    trust: true,
    env: options.env,
    shots: options.shots,
    timeout: 120_000,
    settings: {
      'workbench.colorTheme': options.theme ?? 'Default Dark Modern',
      // A picture in the middle of a fade shows nothing that a person would see.
      'workbench.reduceMotion': 'on',
      // Drawn as text rather than on a canvas, so that what a terminal shows can be read.
      'terminal.integrated.gpuAcceleration': 'off',
      'remote.SSH.configFile': join(options.folder, '..', 'ssh_config'),
    },
  });
  const results: StoryResult[] = [];
  try {
    const hands = new Hands(bench.page);
    for (const [index, step] of storySteps.entries()) {
      const began = Date.now();
      await step.run(hands);
      const ms = Date.now() - began;
      await step.before?.(hands);
      const shot = await bench.screenshot(`${String(index + 1).padStart(2, '0')}-${step.name.replaceAll(' ', '-')}`);
      const result = { step: step.name, ms, screenshot: shot };
      results.push(result);
      options.onStep?.(result);
    }
    return results;
  } catch (error) {
    await bench.screenshot('failed');
    throw error;
  } finally {
    await bench.dispose();
  }
}
