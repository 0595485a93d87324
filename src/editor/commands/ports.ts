import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { ProjectRow } from '../../core/model';
import type { PortAsk, PortRow } from '../../core/ports/types';
import { parseAsk, portText } from '../../core/ports/words';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { PortSessions } from '../ports/port-sessions';
import { addressOf } from '../rows/port-look';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** Forward Port…, Open in Browser, and the end of a forward. */
export function registerPorts(commands: Registering, parts: Parts, sessions: PortSessions): void {
  const { session } = parts;

  /** Forwards a port; gives its row. */
  const forward = async (row: ProjectRow, ask: PortAsk): Promise<PortRow | undefined> => {
    const { ports } = await session.core();
    await sessions.takePart(row);
    await scoped({ target: { row } }, () => ports.add(row, ask));
    const rows = await ports.look(row);
    session.ports.set(row.id, rows);
    return rows.find(({ port, host }) => port === ask.port && host !== null);
  };

  commands.register('berth.forwardPort', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.forwardPort', target);
    if (row === undefined) return undefined;
    const ask = askIn(target) ?? (await askPort(parts, row));
    if (ask === undefined) return undefined;
    if (sessions.isInside(row)) return openByEditor(ask.port);
    const forwarded = await forward(row, ask);
    if (forwarded !== undefined) vscode.window.setStatusBarMessage(`$(check) ${portText(forwarded)}`, 5000);
    return forwarded;
  });

  commands.register('berth.openInBrowser', async (target) => {
    const row = await projectFor(parts, 'berth.openInBrowser', target);
    if (row === undefined) return undefined;
    const chosen = askIn(target)?.port ?? (await choosePort(row, session.ports.of(row.id)));
    if (chosen === undefined) return undefined;
    // Such a window's browser addresses are the container's own: the editor forwards them.
    if (sessions.isInside(row)) return open(addressOf('localhost', chosen, chosen));
    const known = session.ports.of(row.id).find(({ port, host }) => port === chosen && host !== null);
    if (known === undefined) requireTrust();
    const { host } = known ?? (await forward(row, { port: chosen })) ?? { host: null };
    if (host === null) {
      throw new BerthError('port_taken', `No number of 127.0.0.1 could be had for port ${chosen} of ${row.name}.`);
    }
    const opened = await open(addressOf('127.0.0.1', host, chosen));
    void offerPassword(parts, row, chosen);
    return opened;
  });

  commands.register('berth.stopForward', async (target) => {
    const row = await projectFor(parts, 'berth.stopForward', target);
    const port = askIn(target)?.port;
    if (row === undefined || port === undefined) return;
    const { ports } = await session.core();
    await scoped({ target: { row } }, () => ports.stop(row, port));
    const left = session.ports.of(row.id).find((one) => one.port === port && one.origin === 'process');
    if (left === undefined) return;
    throw new BerthError('bad_usage', `A \`berth forward\` in a terminal wants port ${port}; end it there.`);
  });
}

/** The port that a row of the view or a keybinding names: `{ "port": 3000, "host": 3001 }`; a service's is what its check asks. */
function askIn(target: unknown): PortAsk | undefined {
  if (typeof target !== 'object' || target === null) return undefined;
  if ('service' in target) return askIn(target.service);
  if (!('port' in target)) return undefined;
  const { port } = target;
  if (typeof port === 'object' && port !== null && 'port' in port) return { port: (port as PortRow).port };
  if (typeof port !== 'number') return undefined;
  return 'host' in target && typeof target.host === 'number' ? { port, host: target.host } : { port };
}

/** Asks for a port; says what listens, if that is known soon enough to help. */
async function askPort({ session }: Parts, row: ProjectRow): Promise<PortAsk | undefined> {
  const core = await session.core();
  const listening = await core.ports.listening(row).catch(() => []);
  const known = session.ports.of(row.id).filter(({ host }) => host !== null);
  const fresh = listening.filter((port) => !known.some((one) => one.port === port));
  const [first] = fresh;
  const text = await vscode.window.showInputBox({
    title: `Forward a port of ${row.name}`,
    prompt:
      fresh.length === 0 ? 'PORT, or PORT:HOSTPORT' : `PORT, or PORT:HOSTPORT. Now listening: ${fresh.join(', ')}`,
    ...(first === undefined ? {} : { value: String(first) }),
    validateInput: (typed) =>
      parseAsk(typed.trim()) === null ? 'A port from 1 to 65535, such as 3000 or 3000:8080' : '',
  });
  return text === undefined ? undefined : (parseAsk(text.trim()) ?? undefined);
}

/** The one port that can be opened, or the user's pick. */
async function choosePort(row: ProjectRow, rows: readonly PortRow[]): Promise<number | undefined> {
  const open = rows.filter(({ host }) => host !== null);
  const [only] = open;
  if (only === undefined) {
    throw new BerthError('bad_usage', `No port of ${row.name} is forwarded.`, { hint: 'Forward one first.' });
  }
  if (open.length === 1) return only.port;
  const items = open.map((one) => ({ label: String(one.port), description: portText(one), port: one.port }));
  return (await vscode.window.showQuickPick(items, { placeHolder: 'Open which port?' }))?.port;
}

/** In a window of the container the editor's own tunnel is the way; gives the address it made. */
async function openByEditor(port: number): Promise<string> {
  const inside = vscode.Uri.parse(addressOf('localhost', port, port));
  const outside = (await vscode.env.asExternalUri(inside)).toString();
  vscode.window.setStatusBarMessage(`$(check) ${port} → ${outside}`, 5000);
  return outside;
}

/** Where a service asks for a password of Berth's making, it is a click away and never on the screen. */
async function offerPassword({ session }: Parts, row: ProjectRow, port: number): Promise<void> {
  const service = session.services.of(row.id).find((one) => one.port === port);
  if (service === undefined) return;
  const { services } = await session.core();
  const password = await services.password(row, service.name);
  if (password === null) return;
  const copy = 'Copy Password';
  const asked = `${service.name} of ${row.name} asks for its password.`;
  if ((await vscode.window.showInformationMessage(asked, copy)) === copy)
    await vscode.env.clipboard.writeText(password);
}

/** The editor finds the way from where its browser runs. @returns what was opened */
async function open(address: string): Promise<string> {
  await vscode.env.openExternal(vscode.Uri.parse(address));
  return address;
}
