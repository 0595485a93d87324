import { buildStepName, transferText, type ProgressEvent } from '../../core/log';
import type { UpStep } from '../../core/model';
import { durationOf } from '../rows/age';

const stepWords: Readonly<Record<UpStep, string>> = {
  resolve: 'reading the template',
  image: 'preparing the image',
  create: 'creating the container',
  start: 'starting',
  line: 'connecting',
  inject: 'preparing',
  post_create: 'post-create commands',
};

/** A step in a few words, as the notification, the row and the status bar say it: `apt (4/9)`. Null for no news. */
export function stepText(event: ProgressEvent): string | null {
  switch (event.kind) {
    case 'step':
      return stepWords[event.step];
    case 'build_step':
      return event.status === 'started' ? `${buildStepName(event.name, 32)} (${event.index}/${event.total})` : null;
    case 'pull':
      return `pulling the base image: ${transferText(event)}`;
    case 'push':
      return `pushing the image: ${transferText(event)}`;
    case 'step_done':
    case 'line':
    case 'notice':
      return null;
  }
}

/** The line that an event adds to the output channel; null for none. */
export function detailLine(event: ProgressEvent): string | null {
  switch (event.kind) {
    case 'step':
      return `— ${event.message === '' ? stepWords[event.step] : event.message}`;
    case 'build_step': {
      const at = `[${event.index}/${event.total}]`;
      const took = event.ms === undefined ? '' : ` · ${durationOf(event.ms)}`;
      if (event.status === 'started') return `${at} ${buildStepName(event.name, 120)}`;
      // A cached step never starts, so its one line has to name it.
      return event.status === 'cached'
        ? `${at} ${buildStepName(event.name, 100)} · cached`
        : `${at} ${event.status}${took}`;
    }
    case 'line':
      return event.text;
    case 'notice':
      return `! ${event.message}`;
    case 'pull':
    case 'push':
    case 'step_done':
      return null;
  }
}
