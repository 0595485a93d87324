import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { HostProcess } from './reconnect';

const run = promisify(execFile);

/** How far up is looked: an editor's helper is a few steps above its ssh. */
const most = 8;

/** The processes above this one, the nearest first; as many as can be told, and none where the system does not tell. */
export async function ancestors(pid = process.ppid): Promise<readonly HostProcess[]> {
  try {
    if (process.platform === 'linux') return await climb(pid, fromProc);
    const table = process.platform === 'win32' ? await windowsTable() : await psTable();
    return await climb(pid, (wanted) => Promise.resolve(table.get(wanted) ?? null));
  } catch {
    return [];
  }
}

type Known = HostProcess & { readonly parent: number };

async function climb(pid: number, look: (pid: number) => Promise<Known | null>): Promise<HostProcess[]> {
  const found: HostProcess[] = [];
  for (let next = pid; next > 1 && found.length < most;) {
    const known = await look(next);
    if (known === null) break;
    found.push({ pid: known.pid, started: known.started, argv: known.argv, terminal: known.terminal });
    next = known.parent;
  }
  return found;
}

async function fromProc(pid: number): Promise<Known | null> {
  const [stat, cmdline] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/cmdline`, 'utf8'),
  ]);
  // State, parent, group, session, terminal; the 20th of these is when it began.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const argv = cmdline.split('\0').filter((word, index, all) => word !== '' || index < all.length - 1);
  return {
    pid,
    parent: Number(fields[1]),
    terminal: fields[4] !== '0',
    started: fields[19] ?? '',
    argv,
  };
}

/** One listing of all; words of arguments cannot be told from blanks in them, which does no harm here. */
async function psTable(): Promise<ReadonlyMap<number, Known>> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,tty=,lstart=,command='], { maxBuffer: 16 * 2 ** 20 });
  return new Map(
    stdout.split('\n').flatMap((line) => {
      const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
      if (match === null) return [];
      const [, pid = '', parent = '', tty = '', started = '', command = ''] = match;
      const known = { pid: Number(pid), parent: Number(parent), started, argv: command.split(' ') };
      return [[known.pid, { ...known, terminal: !/^\?+$|^-$/.test(tty) }] as const];
    }),
  );
}

/** Windows has no terminals in this sense: whether a shell is a person's is told by its arguments alone. */
async function windowsTable(): Promise<ReadonlyMap<number, Known>> {
  const script =
    'Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,@{n="Started";e={$_.CreationDate.Ticks}},CommandLine | ConvertTo-Json -Compress';
  const { stdout } = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    maxBuffer: 64 * 2 ** 20,
    windowsHide: true,
  });
  const all = JSON.parse(stdout) as readonly {
    readonly ProcessId: number;
    readonly ParentProcessId: number;
    readonly Started: number | null;
    readonly CommandLine: string | null;
  }[];
  return new Map(
    all.map((one) => [
      one.ProcessId,
      {
        pid: one.ProcessId,
        parent: one.ParentProcessId,
        started: String(one.Started ?? ''),
        argv: [...(one.CommandLine ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? ''),
        terminal: true,
      },
    ]),
  );
}
