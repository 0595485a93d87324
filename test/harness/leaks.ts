import { readdir } from 'node:fs/promises';
import { dockerCli } from './images';
import { processesWith, programOf } from './processes';

/** What a run may leave behind, by kind: kind → the things there, by id → a name for a person. */
export type Inventory = ReadonlyMap<string, ReadonlyMap<string, string>>;

async function listed(socket: string, args: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await dockerCli(socket)(args);
  const rows = stdout.split('\n').filter((line) => line !== '');
  return new Map(rows.map((line) => [line.split(' ')[0] ?? line, line]));
}

/** Processes that carry this run's mark in their environment, whoever their parent is by now. */
function marked(mark: string): ReadonlyMap<string, string> {
  const pairs = processesWith('environ', [mark]).map((pid) => [String(pid), programOf(pid)] as const);
  return new Map(pairs.flatMap(([pid, program]) => (program === undefined ? [] : [[pid, `${pid} ${program}`]])));
}

/** The variable whose value marks every process of one run. */
export const RUN_MARK = 'BERTH_TEST_RUN';

/** Where else to look than on an engine. */
export interface Grounds {
  /** The value of {@link RUN_MARK} in the environment of a run's processes. */
  readonly mark?: string;
  /** A temporary folder that the run has to itself. */
  readonly folder?: string;
}

/** What is on an engine, which of this run's processes live, and the test bed's folders in its temporary one. */
export async function inventory(socket: string, { mark, folder }: Grounds = {}): Promise<Inventory> {
  const names = folder === undefined ? [] : (await readdir(folder)).filter((name) => name.startsWith('berth-'));
  return new Map([
    ['container', await listed(socket, ['ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}}'])],
    ['volume', await listed(socket, ['volume', 'ls', '--format', '{{.Name}}'])],
    ['network', await listed(socket, ['network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}'])],
    ['process', mark === undefined ? new Map<string, string>() : marked(`${RUN_MARK}=${mark}`)],
    ['folder', new Map(names.map((name) => [name, name]))],
  ]);
}

/** Names what is there after a run and was not before it. */
export function leaked(before: Inventory, after: Inventory): string[] {
  return [...after].flatMap(([kind, things]) =>
    [...things].filter(([id]) => !before.get(kind)?.has(id)).map(([, name]) => `${kind} ${name}`),
  );
}
