import { timeLimit } from '../abort';
import type { ContainerProcess, Engine } from '../engine/types';
import type { ProjectRow } from '../model';
import { isDialer, isSshd } from '../line/process-names';
import { secretsOf } from '../secrets/rows';
import { lineTarget } from './context';
import type { ProjectsParts } from './context';
import { readProjectState } from './state-file';
import { stepsOf } from './step-records';
import type { Connections, ProjectDetail } from './types';
import { useInside } from './use-inside';

/** Looks at one project's container closely: it takes a good part of a second, since a CPU share takes two readings. */
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
  const runner = await parts.runner(engine, lineTarget(row, container));
  const usage =
    (await useInside(runner, row.workspacePath, signal)) ?? (await engine.containerUsage(container.id, signal));
  return {
    row,
    limits: container.limits,
    usage,
    writableBytes: await written,
    connections,
    steps,
    secrets,
  };
}

/** The engine looks at every file for it: somebody who waits gets the rest without it. */
async function writtenBy(engine: Engine, container: string, signal?: AbortSignal): Promise<number | null> {
  const limit = timeLimit(3_000);
  return engine
    .writableBytes(container, signal === undefined ? limit : AbortSignal.any([limit, signal]))
    .catch(() => null);
}

/**
 * An SSH connection is one exec that became sshd, or hangs below the dialer, so what is left of the execs are commands. An
 * sshd that another sshd started serves the same connection. Pure.
 */
export function connectionsOf(processes: readonly ContainerProcess[], execs: number): Connections {
  const servers = new Set(processes.filter(isSshd).map(({ pid }) => pid));
  const dialers = new Set(processes.filter(isDialer).map(({ pid }) => pid));
  const ssh = processes.filter(({ pid, parent }) => servers.has(pid) && !servers.has(parent));
  const dialled = ssh.filter(({ parent }) => dialers.has(parent));
  return { ssh: ssh.length, exec: Math.max(0, execs - (ssh.length - dialled.length)) };
}
