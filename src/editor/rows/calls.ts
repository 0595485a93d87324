import type { JournalEntry } from '../../core/journal/entry';
import { durationOf } from './age';
import type { Happening } from './journal';

/** An agent's call of a tool, as the journal has it in one sentence. */
interface Call {
  readonly tool: string;
  readonly client: string;
  readonly digest: string;
}

function callOf({ kind, cause }: JournalEntry): Call | null {
  const found = kind === 'tool_called' ? /^(\S+) by (.*), arguments ([0-9a-f]+)$/.exec(cause ?? '') : null;
  if (found === null) return null;
  const [, tool = '', client = '', digest = ''] = found;
  return { tool, client: client === '' ? 'an agent' : client, digest };
}

/** What a row says of an entry of the journal that is an agent's call; null for any other. Pure. */
export function callText(entry: JournalEntry): string | null {
  const call = callOf(entry);
  return call === null ? null : `${withEnd(call.tool, entry)} by ${nameOf(call.client)}`;
}

/** Without its version, which a row has no room for. */
const nameOf = (client: string): string => client.replace(/ v?\d\S*$/, '');

const withEnd = (tool: string, { code }: JournalEntry): string => (code === null ? tool : `${tool} failed (${code})`);

/**
 * Folds calls that follow each other into one row for each agent and project: an agent makes dozens while a person makes one
 * change. Newest first, as they come; a row's id is that of its oldest call, so that it stays the same while it grows. Pure.
 */
export function foldCalls(rows: readonly Happening[]): Happening[] {
  const folded: Happening[] = [];
  let run = new Map<string, Happening[]>();
  const flush = (): void => {
    for (const calls of run.values()) folded.push(...oneOf(calls));
    run = new Map();
  };
  for (const row of rows) {
    const call = row.entry === undefined ? null : callOf(row.entry);
    if (call === null) {
      flush();
      folded.push(row);
      continue;
    }
    const key = JSON.stringify([row.project, call.client]);
    run.set(key, [...(run.get(key) ?? []), row]);
  }
  flush();
  return folded.sort((a, b) => b.at - a.at);
}

function oneOf(calls: readonly Happening[]): readonly Happening[] {
  const [newest, oldest] = [calls[0], calls.at(-1)];
  const entry = newest?.entry;
  if (newest === undefined || oldest === undefined || entry === undefined || calls.length < 2) return calls;
  const failed = calls.filter(({ entry: one }) => one?.code != null).length;
  const children = calls.map((call) => {
    const { tool = '' } = (call.entry === undefined ? null : callOf(call.entry)) ?? {};
    return call.entry === undefined ? call : { ...call, project: '', text: withEnd(tool, call.entry) };
  });
  const who = nameOf(callOf(entry)?.client ?? 'an agent');
  const text = `${calls.length} calls by ${who}${failed === 0 ? '' : `, ${failed} failed`}`;
  const { at, project, by } = newest;
  return [
    { id: `calls ${oldest.id}`, at, project, text, icon: 'tools', children, ...(by === undefined ? {} : { by }) },
  ];
}

/** Text as Markdown shows it letter by letter, in a table too; the names in it are anybody's. */
const code = (text: string): string =>
  `\`${text.replaceAll('`', "'").replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')}\``;

/** All that the journal holds of an entry, as a document. `instant`: how a person's clock tells one. Pure. */
export function entryDocument(entry: JournalEntry, title: string, instant: (at: string) => string): string {
  const call = callOf(entry);
  const facts: (readonly [string, string])[] = [
    ['When', instant(entry.at)],
    ['Took', durationOf(entry.ms)],
    ['Result', entry.code === null ? 'done' : code(entry.code)],
  ];
  if (call !== null) {
    facts.push(['Tool', code(call.tool)], ['Client', code(call.client)]);
    facts.push(['Arguments', `${code(call.digest)}, the beginning of their SHA-256`]);
  } else if (entry.cause !== null) facts.push(['Why', code(entry.cause)]);
  if (entry.project !== null) facts.push(['Project', `${code(entry.project.name)} (${code(entry.project.id)})`]);
  if (entry.container !== null) facts.push(['Container', code(entry.container.slice(0, 12))]);
  if (entry.template !== null) facts.push(['Template', code(entry.template)]);
  const rows = facts.map(([what, value]) => `| ${what} | ${value} |`);
  const note = call === null ? '' : '\nWhat the arguments were is not kept: they may hold what nobody should read.\n';
  return `# ${title.replaceAll(/[^\p{L}\p{N} .:_-]/gu, ' ')}\n\n|  |  |\n| --- | --- |\n${rows.join('\n')}\n${note}`;
}
