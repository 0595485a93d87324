import { shellCommand, shellQuote } from '../quote';
import { textIn, wrongKind, type Context, type Handler } from './context';
import { isList, isObject, type Json } from './json';
import type { FieldPath } from '../templates/tree';
import { substitute } from './variables';

/** A command in its three forms: a line for a shell, words, or several of both by name. */
function commands(field: 'post_create' | 'post_start', note?: string): Handler {
  return (context, value, from) => {
    if (!isObject(value)) {
      one(context, field, value, from, note);
      return;
    }
    for (const [name, command] of value) {
      const own = value.size > 1 ? 'one after the other, not at the same time' : undefined;
      one(context, field, command, [...from, name], [note, own].filter((text) => text !== undefined).join('; '));
    }
  };
}

function one(context: Context, field: string, value: Json, from: FieldPath, note: string | undefined): void {
  const line = isList(value) ? words(context, value, from) : textIn(context, value, from, 'shell');
  if (line === null) return;
  const notes = [line.note, note].filter((text) => text !== undefined && text !== '').join('; ');
  if (line.text.trim() === '') context.ledger.needless(from, 'It is empty.');
  else {
    for (const command of shellsOf(line.text) ?? [line.text]) {
      context.ledger.step(from, ['spec', field], there(context, command), notes === '' ? undefined : notes);
    }
  }
}

/** `sh -c 'one' && sh -c 'two'` is how several commands are exported: each is one again. Null for any other text. */
function shellsOf(text: string): readonly string[] | null {
  const next = /(^| && )sh -c (?:([A-Za-z0-9_@%+=:,./-]+)|'((?:[^']|'\\'')*)')(?= && |$)/y;
  const found: string[] = [];
  let end = 0;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    if ((match[1] === '') !== (end === 0)) return null;
    found.push(match[2] ?? (match[3] ?? '').replaceAll(String.raw`'\''`, "'"));
    end = next.lastIndex;
  }
  return found.length > 1 && end === text.length && found.every((command) => command.trim() !== '') ? found : null;
}

/** Commands run in the workspace's own folder there, which may lie below the place where it is mounted. */
function there({ places: { workspaceFolder, workspacePath } }: Context, command: string): string {
  const plain = workspaceFolder === workspacePath || workspaceFolder.includes('\0');
  return plain ? command : `cd ${shellQuote(workspaceFolder)} || exit\n${command}`;
}

/** Words run without a shell there; quoted, a shell leaves them as they are. */
function words(
  { ledger, places }: Context,
  value: readonly Json[],
  from: FieldPath,
): { readonly text: string; readonly note?: string } | null {
  const made: string[] = [];
  const notes = new Set<string>();
  for (const [index, word] of value.entries()) {
    if (typeof word !== 'string') return wrongKind(ledger, word, [...from, index], 'a text');
    const filled = substitute(word, places);
    if (filled.text === null) {
      ledger.lose(from, filled.reason, filled.instead);
      return null;
    }
    if (filled.text.includes('\0')) {
      ledger.lose(from, 'A command cannot hold a NUL character.');
      return null;
    }
    made.push(filled.text);
    if (filled.note !== undefined) notes.add(filled.note);
  }
  return { text: shellCommand(made), ...(notes.size === 0 ? {} : { note: [...notes].join('; ') }) };
}

const initializeCommand: Handler = ({ ledger }, _, from) =>
  ledger.lose(
    from,
    'It runs on this machine, outside any container, and a template runs nothing there.',
    'run it yourself before `berth up`, or in the container by post_create',
  );

const postAttachCommand: Handler = ({ ledger }, _, from) =>
  ledger.lose(
    from,
    'Nothing is run when an editor connects.',
    'post_start for what runs at each start, services for what keeps running',
  );

const waitFor: Handler = ({ ledger }, value, from) => {
  const reason = '`berth up` waits until post_create is done, and post_start with it.';
  if (value === 'postCreateCommand' || value === 'postStartCommand') ledger.needless(from, reason);
  else ledger.lose(from, reason);
};

/** What runs when. In the order in which these run there. */
export const lifecycleHandlers: Readonly<Record<string, Handler>> = {
  initializeCommand,
  onCreateCommand: commands('post_create'),
  updateContentCommand: commands('post_create', 'once a container, not again when the content changes'),
  postCreateCommand: commands('post_create'),
  postStartCommand: commands('post_start'),
  postAttachCommand,
  waitFor,
};

/** Devcontainers let their user become root; a template says so. Commands that count on it would fail without. */
export function impliedSudo({ ledger }: Context): void {
  if (ledger.has(['spec', 'security', 'no_new_privileges'])) return;
  const { placed } = ledger.assemble();
  const asks = placed.find(
    ({ entry, path }) =>
      /^post_(?:create|start)$/.test(String(path[1])) && /(?:^|[\s;&|(])sudo\s/.test(String(entry.value)),
  );
  if (asks === undefined) return;
  const { from } = asks.entry;
  ledger.carry(from, ['spec', 'user', 'sudo'], true, 'a command uses sudo');
  ledger.carry(from, ['spec', 'security', 'no_new_privileges'], false, 'sudo needs it');
}
