import type { ProjectRow, SecretRow } from '../../core/model';
import type { Look } from './look';
import { escapeMarkdown } from './tooltip';

const icons: Readonly<Record<SecretRow['state'], { readonly icon: string; readonly color?: string }>> = {
  injected: { icon: 'key', color: 'testing.iconPassed' },
  missing: { icon: 'warning', color: 'list.warningForeground' },
  unknown: { icon: 'key', color: 'disabledForeground' },
};

const words: Readonly<Record<SecretRow['state'], string>> = {
  injected: 'injected',
  missing: 'missing',
  unknown: 'not looked yet',
};

/** Pure: the row of one secret; never its value. */
export function secretLook(secret: SecretRow): Look {
  const { name, from, path, state, detail, required } = secret;
  const how = state === 'missing' && required ? 'missing, required' : words[state];
  const place = path === null ? 'an environment variable' : `the file ${escapeMarkdown(path)}`;
  // What a source says goes on from its name elsewhere; here it is a sentence of its own.
  const told = detail === null ? '' : `\n\n${escapeMarkdown(detail.charAt(0).toUpperCase() + detail.slice(1))}`;
  return {
    label: name,
    description: `${how} · ${fits(name, how, from) ? from : kindOf(from)}`,
    ...icons[state],
    context: `secret ${state}${from.startsWith('editor:') ? ' settable' : ''}`,
    tooltip: `From ${escapeMarkdown(from)}, as ${place}.${told}`,
    spoken: `Secret ${name}, ${how}, from ${from}`,
  };
}

/** Characters of a row that a sidebar of the usual width has room for, three levels down. */
const room = 30;

function fits(name: string, how: string, from: string): boolean {
  return name.length + how.length + from.length <= room;
}

/** What a source begins with, such as `azure-keyvault`; the tooltip has the rest. */
function kindOf(from: string): string {
  return from.slice(0, Math.max(0, from.indexOf(':'))) || from;
}

/** Pure: the row above them. */
export function secretsLook({ name, secrets }: Pick<ProjectRow, 'name' | 'secrets'>): Look {
  const missing = secrets.filter(({ state }) => state === 'missing').length;
  const there = secrets.filter(({ state }) => state === 'injected').length;
  const description = missing === 0 ? `${there} injected` : `${there} injected, ${missing} missing`;
  return {
    label: 'Secrets',
    description,
    icon: 'key',
    ...(missing === 0 ? {} : { color: 'list.warningForeground' }),
    context: 'group secrets',
    tooltip: `Secrets in the memory of ${escapeMarkdown(name)}: never in its image, and gone with a stop.`,
    spoken: `Secrets, ${description}`,
  };
}
