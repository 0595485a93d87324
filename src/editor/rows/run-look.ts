import type { Run } from '../run/runs';
import { ageOf } from './age';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

/** Pure: a running command's row. */
export function runLook(run: Run, now: number): Look {
  const age = ageOf(new Date(run.started).toISOString(), now);
  const description = age === 'now' ? 'just started' : age;
  return {
    label: run.command.split('\n')[0] ?? '',
    description,
    icon: 'loading~spin',
    context: 'run',
    tooltip: `${escapeMarkdown(run.command)}\n\nIts output is in the project’s output channel.`,
    spoken: `${run.command}, running, ${description}`,
  };
}
