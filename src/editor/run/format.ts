import type { CommandExit } from '../../core/command';
import { durationOf } from '../rows/age';

/** `▶ pytest -q   14:02:11`: the first line of a command in its channel. Line breaks in a command become visible ones. */
export function startLine(command: string, at: Date): string {
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
  return `▶ ${command.trim().replace(/\r?\n/g, ' ⏎ ')}   ${clock}`;
}

/** `✔ exit 0 · 1.2 s`, `✖ exit 3 · 0.4 s`, `✖ cancelled · 3.0 s`: the last line. */
export function endLine(exit: CommandExit): string {
  const took = durationOf(exit.ms);
  if (exit.cancelled) return `✖ cancelled · ${took}`;
  if (exit.timedOut) return `✖ timed out · ${took}`;
  const signal = exit.signal === undefined ? '' : ` (${exit.signal})`;
  return `${exit.code === 0 ? '✔' : '✖'} exit ${exit.code}${signal} · ${took}`;
}

/** The last line of what is no command: `✔ berth/python:1a2b · 12.0 s`, `✖ cancelled · 3.0 s`. */
export function closingLine(done: boolean, text: string, ms: number): string {
  return `${done ? '✔' : '✖'} ${text} · ${durationOf(ms)}`;
}
