import { nameOperand, type Command } from '../command';
import type { Result } from '../result';
import { serviceOption } from '../service-option';

type Verb = 'start' | 'stop' | 'restart';
type Done = Extract<Result, { kind: 'changed' }>['verb'];

/** The three verbs that change whether a container runs differ in nothing but their words. */
function changing(name: Verb, summary: string, verb: Done): Command {
  return {
    name,
    synopsis: '[NAME] [--service S]',
    summary,
    // They share a line of the help, which has to fit a screen.
    listed: name === 'start' && {
      call: 'start|stop|restart [NAME]',
      summary: 'start or stop the container, or a service',
    },
    operands: [nameOperand],
    options: [serviceOption],
    output: 'document',
    async run({ core, cwd, signals }, { operands: [query], options }) {
      const { projects, services } = await core();
      const row = await projects.find(query, cwd, signals.abort);
      const service = options.text('service');
      if (service !== undefined) {
        return { kind: 'service', row, service: await services.control(row, service, name, signals.abort) };
      }
      return { kind: 'changed', verb, row: await projects[name](row, signals.abort) };
    },
  };
}

export const start = changing('start', 'start the container of a project', 'started');
export const stop = changing('stop', 'stop the container of a project', 'stopped');
export const restart = changing('restart', 'stop it and start it again', 'restarted');
