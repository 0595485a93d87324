import { parseStatus, statusScript } from '../services/status';
import type { ServiceRow } from '../services/types';

/** What one probe said, in the container's own words. Sizes in bytes; instants and shares of time in microseconds. */
export interface Probed {
  /** The container's memory without the page cache, and its limit; null where it has none. */
  readonly memoryBytes: number | null;
  readonly memoryLimit: number | null;
  readonly pids: number | null;
  /** Time of all cpus that it has used so far, and how long the machine has been up: a share takes two probes. */
  readonly cpuUs: number | null;
  readonly uptimeUs: number | null;
  /** How many processes in it the kernel has killed for want of memory. */
  readonly oomKills: number | null;
  /** In per cent of their file systems, 0 to 100. `container` is null where both are on one file system. */
  readonly workspaceDisk: number | null;
  readonly containerDisk: number | null;
  /** Why its workspace cannot be worked in, in a few words; null where it can. */
  readonly workspace: string | null;
  readonly sshd: boolean;
  readonly services: readonly ServiceRow[];
}

/**
 * One command that prints all that a container knows of itself, a fact a line. It starts `df` and, where services are
 * supervised, a few programs of the supervisor's; all else is done by the shell that it is. It writes nothing, and needs
 * no right that the login user has not. Files of both kinds of cgroups are read.
 */
export function probeCommand(workspace: string): readonly string[] {
  return ['/bin/sh', '-c', script, 'berth-probe', workspace, mountName(workspace)];
}

/** As the kernel writes a path in its list of mounts. */
function mountName(path: string): string {
  return path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

const script = [
  'g=/sys/fs/cgroup',
  // The first line of a file, and the number behind a word in one.
  'first() { [ -r "$2" ] && IFS= read -r v <"$2" && echo "$1 $v"; }',
  'within() { [ -r "$2" ] && while read -r k v; do [ "$k" != "$3" ] || echo "$1 $v"; done <"$2"; }',
  'if [ -r $g/memory.current ]; then',
  '  first memory $g/memory.current; first limit $g/memory.max; first pids $g/pids.current',
  '  within cache $g/memory.stat inactive_file; within oom $g/memory.events oom_kill; within cpu $g/cpu.stat usage_usec',
  'else',
  '  first memory $g/memory/memory.usage_in_bytes; first limit $g/memory/memory.limit_in_bytes',
  '  first pids $g/pids/pids.current; first cpu_ns $g/cpuacct/cpuacct.usage',
  '  within cache $g/memory/memory.stat total_inactive_file; within oom $g/memory/memory.oom_control oom_kill',
  'fi',
  'first uptime /proc/uptime',
  'while read -r id parent device root target rest; do [ "$target" != "$2" ] || echo "mount $root"; done </proc/self/mountinfo',
  '[ ! -x "$1" ] || echo "folder yes"',
  '{ [ -x /usr/sbin/sshd ] || command -v sshd >/dev/null; } && echo "sshd yes"',
  'df -P -k -- "$1" / 2>/dev/null | while read -r device blocks used free share where; do echo "disk $device $share"; done',
  'echo services',
  `(${statusScript}`,
  ')',
  'echo end',
].join('\n');

/** What a probe printed; null where it did not come to its end. Pure. */
export function parseProbe(output: string): Probed | null {
  const [facts = '', services, end] = output.split(/^(?:services|end)$/m);
  if (services === undefined || end === undefined) return null;
  const told = (name: string): string[] =>
    facts.split('\n').flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const number = (name: string): number | null => {
    const text = told(name)[0]?.trim().split(' ')[0];
    return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  };
  const usable = told('folder').length > 0;
  const [memory, limit, cpuNs, uptime] = [number('memory'), number('limit'), number('cpu_ns'), number('uptime')];
  return {
    memoryBytes: memory === null ? null : Math.max(0, memory - (number('cache') ?? 0)),
    // Without a limit the older cgroups tell the greatest number that there is.
    memoryLimit: limit === null || limit > 2 ** 60 ? null : limit,
    pids: number('pids'),
    cpuUs: cpuNs === null ? number('cpu') : cpuNs / 1000,
    uptimeUs: uptime === null ? null : uptime * 1e6,
    oomKills: number('oom'),
    ...disksOf(told('disk'), usable),
    workspace: workspaceTrouble(told('mount').at(-1), usable),
    sshd: told('sshd').length > 0,
    services: parseStatus(services),
  };
}

/** The first line of df is its heading; then come the workspace, unless it is gone, and the root. */
function disksOf(lines: readonly string[], usable: boolean): Pick<Probed, 'workspaceDisk' | 'containerDisk'> {
  const disks = lines.flatMap((line) => {
    const [, device = '', percent] = /^(\S+) (\d+)%$/.exec(line) ?? [];
    return percent === undefined ? [] : [{ device, percent: Number(percent) }];
  });
  const container = disks.at(-1) ?? null;
  const workspace = usable && disks.length > 1 ? (disks[0] ?? null) : null;
  // Two file systems of one size and fill are one: a local engine's overlay lies on the disk of the workspace.
  const one = workspace !== null && container !== null && workspace.percent === container.percent;
  return { workspaceDisk: workspace?.percent ?? null, containerDisk: one ? null : (container?.percent ?? null) };
}

function workspaceTrouble(root: string | undefined, usable: boolean): string | null {
  if (root === undefined) return 'not mounted';
  // The kernel says so of a folder that was removed while it was mounted.
  if (root.endsWith('//deleted')) return 'its folder is gone';
  return usable ? null : 'it cannot be entered';
}

/** The share of cpu between two probes, 100 a core; null where it cannot be told, as over a restart. Pure. */
export function cpuPercent(before: Probed | null, after: Probed): number | null {
  if (before?.cpuUs == null || before.uptimeUs === null || after.cpuUs === null || after.uptimeUs === null) return null;
  const [used, passed] = [after.cpuUs - before.cpuUs, after.uptimeUs - before.uptimeUs];
  return used < 0 || passed <= 0 ? null : (used / passed) * 100;
}
