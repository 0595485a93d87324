import type { ServiceRow, ServiceState } from '../../core/services/types';
import { restartsText, serviceStateText } from '../../core/services/words';
import { ageOf } from './age';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

const icons: Readonly<Record<ServiceState, { readonly icon: string; readonly color?: string }>> = {
  waiting: { icon: 'key' },
  starting: { icon: 'loading~spin' },
  running: { icon: 'pass-filled', color: 'testing.iconPassed' },
  restarting: { icon: 'loading~spin', color: 'list.warningForeground' },
  stopping: { icon: 'loading~spin' },
  stopped: { icon: 'circle-outline', color: 'disabledForeground' },
  failed: { icon: 'error', color: 'list.errorForeground' },
  unknown: { icon: 'question', color: 'list.warningForeground' },
};

/** A row is narrow: the whole sentence is in its tooltip. */
const short: Readonly<Record<ServiceState, string>> = {
  waiting: 'waiting for secrets',
  starting: 'starting',
  running: 'running',
  restarting: 'restarting',
  stopping: 'stopping',
  stopped: 'stopped',
  failed: 'failed',
  unknown: 'not supervised',
};

/** Pure: a service's row. */
export function serviceLook(row: ServiceRow, now: number): Look {
  const age = row.uptime === null ? '' : ageOf(new Date(now - row.uptime * 1000).toISOString(), now);
  const since = age === '' ? [] : [age === 'now' ? 'just started' : age];
  const description = [short[row.state], ...since, ...restartsText(row.restarts)];
  const asked = row.port === null ? '' : `\n\nIts check asks port ${row.port}, which *Open in Browser* opens.`;
  return {
    label: row.name,
    description: description.join(' · '),
    ...icons[row.state],
    // What can be done to it: a menu asks for the last words.
    context: [
      'service',
      row.state,
      row.pid === null ? 'startable' : 'stoppable',
      ...(row.port === null ? [] : ['web']),
    ].join(' '),
    tooltip: `${escapeMarkdown(row.name)}: ${serviceStateText(row)}${asked}`,
    spoken: `Service ${row.name}, ${[serviceStateText(row), ...since].join(', ')}`,
  };
}

/** Pure: the row above a project's services: how many run, and what is not as it should be. */
export function servicesLook(name: string, rows: readonly ServiceRow[]): Look {
  const count = (...states: readonly ServiceState[]): number =>
    rows.filter(({ state }) => states.includes(state)).length;
  const running = count('running');
  const facts = [
    running === rows.length ? `${running} running` : `${running} of ${rows.length} running`,
    ...told(count('failed'), 'failed'),
    ...told(count('waiting'), 'waiting for secrets'),
  ];
  const description = facts.join(', ');
  return {
    label: 'Services',
    description,
    icon: 'server-process',
    ...(count('failed') === 0 ? {} : { color: 'list.errorForeground' }),
    context: 'group services',
    tooltip: `Services of ${escapeMarkdown(name)}, started again when they die`,
    spoken: `Services, ${description}`,
  };
}

function told(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
