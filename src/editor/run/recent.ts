import type { Script } from './scripts';

/** How many commands of a project are remembered. */
export const recentLimit = 20;

/** Pure: the list with a command that was just run first, each command once. */
export function withRecent(recent: readonly string[], command: string): string[] {
  return [command, ...recent.filter((other) => other !== command)].slice(0, recentLimit);
}

export interface CommandChoice {
  readonly kind: 'typed' | 'recent' | 'script';
  readonly command: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/**
 * Pure: what Run Command… offers. What is typed comes first, since Enter must run it; then what was run before, newest
 * first; then the scripts that were not.
 */
export function commandChoices(typed: string, recent: readonly string[], scripts: readonly Script[]): CommandChoice[] {
  const wanted = typed.trim();
  const choices: CommandChoice[] = [];
  if (wanted !== '' && !recent.includes(wanted)) {
    choices.push({ kind: 'typed', command: wanted, label: wanted, description: 'run this', detail: '' });
  }
  for (const command of recent) {
    choices.push({ kind: 'recent', command, label: command, description: '', detail: '' });
  }
  for (const { source, name, command, detail } of scripts) {
    if (recent.includes(command)) continue;
    choices.push({ kind: 'script', command, label: command, description: `${source}: ${name}`, detail });
  }
  return choices;
}
