import type { LifecycleStep } from '../../core/model';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

const icons: Readonly<Record<LifecycleStep['state'], { readonly icon: string; readonly color?: string }>> = {
  waiting: { icon: 'circle-outline', color: 'disabledForeground' },
  running: { icon: 'loading~spin' },
  done: { icon: 'pass', color: 'testing.iconPassed' },
  failed: { icon: 'error', color: 'list.errorForeground' },
};

/** Pure: the row of a command that sets a container up. */
export function stepLook(step: LifecycleStep): Look {
  const { phase, index, command, state, exitCode, ms, output } = step;
  const how = state === 'failed' ? `failed with exit code ${exitCode ?? 'unknown'}` : state;
  const description = [`${phase} ${index}`, how, ms === null ? '' : `${(ms / 1000).toFixed(1)} s`];
  const said = output === '' ? '' : `\n\n${output.split('\n').slice(-15).map(escapeMarkdown).join('  \n')}`;
  return {
    label: command.split('\n')[0] ?? '',
    description: description.filter((part) => part !== '').join(' · '),
    ...icons[state],
    context: `step ${state}`,
    tooltip: `${escapeMarkdown(command)}${said}`,
    spoken: `${phase} command ${index}, ${how}`,
  };
}

/** Pure: the row above them, which says how far setting up came. */
export function setupLook(steps: readonly LifecycleStep[]): Look {
  const done = steps.filter(({ state }) => state === 'done').length;
  const failed = steps.some(({ state }) => state === 'failed');
  const description = `${done} of ${steps.length} done${failed ? ', one failed' : ''}`;
  return {
    label: 'Setup',
    description,
    icon: 'checklist',
    context: 'group setup',
    tooltip: 'The container can be used. Mend the cause; Up goes on at the command that failed.',
    spoken: `Setup, ${description}`,
  };
}
