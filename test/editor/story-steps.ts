import { buildSteps } from './story-steps-build';
import { endSteps } from './story-steps-end';
import { engineSteps } from './story-steps-engine';
import { openSteps } from './story-steps-open';
import { remoteSteps } from './story-steps-remote';
import { runSteps } from './story-steps-run';
import { secretsSteps } from './story-steps-secrets';
import type { Stage } from './story-stage';

export interface StoryStep {
  readonly name: string;
  /** Throws where the step does not hold; may give what was seen and no picture shows. */
  run(stage: Stage): Promise<string | undefined>;
  /** What makes the picture clearer, after the step was timed. */
  before?(stage: Stage): Promise<void>;
}

/** The main job, step by step. Later steps stand on the earlier ones; the last leaves nothing behind. */
export const storySteps: readonly StoryStep[] = [
  ...buildSteps,
  ...runSteps,
  ...secretsSteps,
  ...openSteps,
  ...remoteSteps,
  ...engineSteps,
  ...endSteps,
];
