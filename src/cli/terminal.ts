import type { TerminalSize } from '../core/command';
import type { Context } from './command';

/** The size and kind of our own terminal, or the usual ones. */
export function terminalSize({ streams: { stdout }, env }: Pick<Context, 'streams' | 'env'>): TerminalSize {
  return {
    columns: stdout.isTTY ? stdout.columns : 80,
    rows: stdout.isTTY ? stdout.rows : 24,
    term: env['TERM'] ?? 'xterm-256color',
  };
}
