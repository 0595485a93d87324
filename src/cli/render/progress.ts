import { buildStepName, transferText, type Progress, type ProgressEvent } from '../../core/log';
import { duration } from './layout';
import { fit } from './width';
import { printable, type Style } from './style';

/** Renders what happens during a long action, until `end`. */
export interface ProgressView {
  readonly report: Progress;
  /** Leaves the cursor at the beginning of an empty line. */
  end(): void;
}

/** What a view needs of the stream it writes to. */
export interface ProgressTarget {
  write(text: string): unknown;
  readonly columns?: number | undefined;
}

/** One JSON object a line. */
export function jsonProgress(target: ProgressTarget): ProgressView {
  return { report: (event) => void target.write(`${JSON.stringify(event)}\n`), end: () => undefined };
}

/** What one event says on a line of its own; undefined for what only a live line shows. */
function plainLine(event: ProgressEvent, detail: boolean): string | undefined {
  switch (event.kind) {
    case 'step':
      return `${event.step}: ${printable(event.message)}`;
    case 'step_done':
      return event.ms < 100 ? undefined : `${event.step}: done in ${duration(event.ms)}`;
    case 'build_step':
      return event.status === 'started' || event.status === 'cached' ? buildStep(event) : undefined;
    case 'line':
      return detail ? `  ${printable(event.text)}` : undefined;
    case 'notice':
      return `note: ${printable(event.message)}`;
    case 'pull':
    case 'push':
      return /^pull complete|^pushed/i.test(event.status) ? transfer(event) : undefined;
  }
}

function buildStep({ index, total, name, status }: Extract<ProgressEvent, { kind: 'build_step' }>): string {
  return `build ${index}/${total}: ${printable(buildStepName(name, 100))}${status === 'cached' ? ' (cached)' : ''}`;
}

function transfer(event: Extract<ProgressEvent, { kind: 'pull' | 'push' }>): string {
  return `${event.kind} ${printable(event.image)}: ${transferText(event)}`;
}

/** For a pipe or a log: a line as each thing begins. `detail` adds the lines of the build itself. */
export function plainProgress(target: ProgressTarget, detail: boolean): ProgressView {
  return {
    report(event) {
      const line = plainLine(event, detail);
      if (line !== undefined) target.write(`${line}\n`);
    },
    end: () => undefined,
  };
}

/** For a terminal: finished steps stay as lines, the one under way is a single line that is written anew. */
export function liveProgress(target: ProgressTarget, style: Style, detail: boolean): ProgressView {
  let live = '';
  let started = Date.now();
  const clear = () => live !== '' && target.write('\r\u001b[K');
  const draw = () => {
    if (live === '') return;
    const seconds = Math.floor((Date.now() - started) / 1000);
    const text = seconds < 2 ? live : `${live} · ${seconds} s`;
    // A line that wraps could not be taken back.
    const room = (target.columns ?? 80) - 1;
    target.write(`\r\u001b[K${style.dim(fit(text, room))}`);
  };
  const show = (text: string) => {
    if (live === '') started = Date.now();
    live = text;
    draw();
  };
  const keep = (text: string) => {
    clear();
    target.write(`${text}\n`);
    draw();
  };
  const ticking = setInterval(draw, 1000);
  ticking.unref();
  return {
    report(event) {
      switch (event.kind) {
        case 'step':
          clear();
          live = '';
          show(`… ${event.step}: ${printable(event.message)}`);
          break;
        case 'step_done':
          clear();
          live = '';
          // A step that had nothing to do is no news.
          if (event.ms >= 50) keep(`${style.green('✔')} ${event.step.padEnd(11)} ${style.dim(duration(event.ms))}`);
          break;
        case 'build_step':
          show(`… ${buildStep(event)}`);
          break;
        case 'pull':
        case 'push':
          show(`… ${transfer(event)}`);
          break;
        case 'line':
          if (detail) keep(style.dim(`  ${printable(event.text)}`));
          break;
        case 'notice':
          keep(`${style.yellow('note:')} ${printable(event.message)}`);
      }
    },
    end() {
      clearInterval(ticking);
      clear();
      live = '';
    },
  };
}
