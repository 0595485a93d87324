import * as vscode from 'vscode';
import { BerthError, isCancelled, messageOf } from '../../core/errors';
import type { ProjectRow } from '../../core/model';
import type { ServiceVerb } from '../../core/services/types';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { LineSplitter } from '../run/lines';
import type { ServiceWatch } from '../services/service-watch';
import type { CommandId } from './ids';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** How many lines of a service's log are fetched before following it. */
const tail = 500;

const verbs = [
  ['berth.startService', 'start'],
  ['berth.stopService', 'stop'],
  ['berth.restartService', 'restart'],
] as const satisfies readonly (readonly [CommandId, ServiceVerb])[];

/** Start, stop and restart of one service, and its log. */
export function registerServices(commands: Registering, parts: Parts, watch: ServiceWatch): void {
  const { output, session } = parts;
  const following = new Set<string>();

  for (const [id, verb] of verbs) {
    commands.register(id, async (target) => {
      if (verb !== 'stop') requireTrust();
      const meant = await serviceFor(parts, id, target);
      if (meant === undefined) return;
      const { row, name } = meant;
      const { services } = await session.core();
      const title = `${verb} ${name} of ${row.name}`;
      await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
        scoped({ target: { row, service: name } }, () => services.control(row, name, verb)),
      );
      await watch.look();
    });
  }

  commands.register('berth.showServiceLog', async (target) => {
    const meant = await serviceFor(parts, 'berth.showServiceLog', target);
    if (meant === undefined) return;
    const { row, name } = meant;
    const channel = output.logsOf(`${row.name} ${name}`);
    channel.show(true);
    const key = `${row.id} ${name}`;
    if (following.has(key)) return;
    following.add(key);
    channel.clear();
    void follow(row, name, channel).finally(() => following.delete(key));
  });

  const follow = async (row: ProjectRow, name: string, channel: vscode.OutputChannel): Promise<void> => {
    try {
      const { services } = await session.core();
      const log = await services.logs(row, name, { follow: true, tail });
      const lines = LineSplitter.joined((text) => channel.appendLine(text));
      log.stdout.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
      log.stderr.resume();
      await log.ended;
      channel.appendLine('— the log ended');
    } catch (error) {
      if (!isCancelled(error)) channel.appendLine(`— the log ended: ${messageOf(error)}`);
    }
  };
}

/** The service whose row a command was called on, or that a caller names; else the project's only one, or the user's pick. */
async function serviceFor(
  parts: Parts,
  command: CommandId,
  target: unknown,
): Promise<{ readonly row: ProjectRow; readonly name: string } | undefined> {
  const row = await projectFor(parts, command, target);
  if (row === undefined) return undefined;
  const name = serviceIn(target);
  if (name !== undefined) return { row, name };
  const [only, ...more] = row.services;
  if (only === undefined) {
    throw new BerthError('service_not_found', `${row.name} has no services.`, {
      hint: 'Add some to `spec.services` of its template.',
    });
  }
  if (more.length === 0) return { row, name: only };
  const picked = await vscode.window.showQuickPick([...row.services], { placeHolder: 'Which service?' });
  return picked === undefined ? undefined : { row, name: picked };
}

/** A row of the view, or a keybinding's `{ "service": "web" }`. */
function serviceIn(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null || !('service' in target)) return undefined;
  const { service } = target;
  if (typeof service === 'string') return service;
  return typeof service === 'object' && service !== null && 'name' in service ? String(service.name) : undefined;
}
