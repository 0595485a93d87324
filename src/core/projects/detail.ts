import { text } from 'node:stream/consumers';
import type { CommandRunner } from '../command';
import type { ContainerProcess, Engine } from '../engine/types';
import type { ProjectRow } from '../model';
import { secretsOf } from '../secrets/rows';
import { lineTarget } from './context';
import type { ProjectsParts } from './context';
import { readProjectState } from './state-file';
import { stepsOf } from './step-records';
import type { Connections, ProjectDetail } from './types';

/** Looks at one project's container closely: up to a second or so, since a CPU share takes two readings. */
export async function detail(parts: ProjectsParts, row: ProjectRow, signal?: AbortSignal): Promise<ProjectDetail> {
  const engine: Engine = await parts.connection.get(signal);
  const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
  const steps = stepsOf(await readProjectState(parts.home, row.id), container?.id ?? null);
  const secrets = container === null ? [] : await secretsOf(parts.home, row.id, container);
  const written = container === null ? null : writtenBy(engine, container.id, signal);
  if (container?.state !== 'running') {
    const limits = container?.limits ?? { cpus: null, memoryBytes: null, pids: null };
    const connections = { ssh: 0, exec: 0 };
    return { row, limits, usage: null, writableBytes: await written, connections, steps, secrets: [] };
  }
  // Before the disk is asked for by an exec of our own, which must not be counted.
  const connections = connectionsOf(await engine.containerProcesses(container.id, signal), container.execs);
  const [usage, diskPercent] = await Promise.all([
    engine.containerUsage(container.id, signal),
    parts.runner(engine, lineTarget(row, container)).then((runner) => diskUse(runner, row.workspacePath, signal)),
  ]);
  return {
    row,
    limits: container.limits,
    usage: { ...usage, diskPercent },
    writableBytes: await written,
    connections,
    steps,
    secrets,
  };
}

/** The engine looks at every file for it: somebody who waits gets the rest without it. */
async function writtenBy(engine: Engine, container: string, signal?: AbortSignal): Promise<number | null> {
  const limit = AbortSignal.timeout(3_000);
  return engine
    .writableBytes(container, signal === undefined ? limit : AbortSignal.any([limit, signal]))
    .catch(() => null);
}

/**
 * Every SSH connection is one exec that became sshd, so what is left of the execs are commands. An sshd that another
 * sshd started serves the same connection. Pure.
 */
export function connectionsOf(processes: readonly ContainerProcess[], execs: number): Connections {
  const servers = new Set(processes.filter(({ command }) => /^sshd:|\/sshd /.test(command)).map(({ pid }) => pid));
  const ssh = processes.filter(({ pid, parent }) => servers.has(pid) && !servers.has(parent)).length;
  return { ssh, exec: Math.max(0, execs - ssh) };
}

/** How full the disk under a folder is, 0 to 100; null where the container has no df to ask. */
async function diskUse(runner: CommandRunner, folder: string, signal?: AbortSignal): Promise<number | null> {
  const command = await runner.run({ argv: ['df', '-P', folder], timeoutMs: 5_000, own: true }, signal);
  command.stderr.resume();
  const output = await text(command.stdout);
  await command.exit;
  const percent = /(\d+)%/.exec(output)?.[1];
  return percent === undefined ? null : Number(percent);
}
