import { once } from 'node:events';
import { BerthError, isCancelled } from '../../core/errors';
import type { ProjectRow } from '../../core/model';
import { parseAsk, portText } from '../../core/ports/words';
import type { PortAsk, PortRow, PortWant } from '../../core/ports/types';
import type { Command, Context } from '../command';
import { portsJson } from '../render/ports';
import { badUsage } from '../usage';

export const forward: Command = {
  name: 'forward',
  synopsis: '[-p NAME] [PORT[:HOSTPORT]…]',
  call: 'forward [-p NAME] PORT…',
  summary: 'ports of the container on 127.0.0.1, until Ctrl-C',
  operands: [
    {
      spec: '[PORT...]',
      description: 'a port of the container, and the number wanted here; left out: all that its template declares',
    },
  ],
  options: [
    { flags: '-p, --project <NAME>', description: "a project's name, id prefix or path; left out: this folder" },
  ],
  output: 'document',
  notes: [
    'A number that is taken moves to the next free one. With --json one document is',
    'printed once all is forwarded; the end is Ctrl-C all the same.',
  ],
  async run(context, { operands, options }) {
    const { core, cwd, signals, json, streams } = context;
    const asks = operands.map(readAsk);
    const { projects, ports } = await core();
    const row = await projects.find(options.text('project'), cwd, signals.abort);
    const want = wantOf(row, asks);
    projects.watch(signals.abort);
    const session = ports.join(row, want);
    try {
      const rows = await session.ready(signals.abort);
      if (json) streams.stdout.write(`${JSON.stringify(portsJson(row, rows))}\n`);
      else follow(context, row, (take) => session.onDidChange(take), rows);
      await once(signals.abort, 'abort');
    } catch (error) {
      // Ctrl-C is how it is meant to end.
      if (!isCancelled(error)) throw error;
    } finally {
      session.dispose();
    }
    return { kind: 'exit', code: signals.exitCode ?? 0 };
  },
};

/** Says what there is, and later each line that is new. */
function follow(
  { streams }: Context,
  row: ProjectRow,
  subscribe: (take: (rows: readonly PortRow[]) => void) => unknown,
  first: readonly PortRow[],
): void {
  let told = new Set<string>();
  const tell = (rows: readonly PortRow[]): void => {
    const lines = rows.map(portText);
    for (const line of lines) if (!told.has(line)) streams.stdout.write(`${line}\n`);
    told = new Set(lines);
  };
  tell(first);
  streams.stderr.write(`Ports of ${row.name}; Ctrl-C ends.\n`);
  subscribe(tell);
}

function wantOf(row: ProjectRow, asks: readonly PortAsk[]): PortWant {
  if (row.state !== 'running') {
    throw new BerthError('container_not_running', `${row.name} is not running.`, {
      hint: `Start it: \`berth start ${row.name}\`.`,
    });
  }
  if (asks.length > 0) return asks;
  if (row.ports.length > 0) return 'project';
  throw badUsage(`The template of ${row.name} declares no ports.`, 'Name one: `berth forward 3000`.');
}

function readAsk(text: string): PortAsk {
  const ask = parseAsk(text);
  if (ask !== null) return ask;
  throw badUsage(`"${text}" is no port; it has to be PORT or PORT:HOSTPORT, each from 1 to 65535.`);
}
