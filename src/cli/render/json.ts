import type { LifecycleStep, ProjectIdentity, ProjectRow } from '../../core/model';
import type { ProjectDetail, UpResult } from '../../core/projects/types';
import type { Failure, Result } from '../result';
import { agentJson, changesJson, secretNames, worktreeJson } from './agents';
import { statsJson } from './health';
import { portJson } from './ports';
import { builtJson } from './built';
import { convertJson } from './convert';
import { copiedJson, storageJson } from './storage';
import { gcJson } from './gc';
import { gitJson } from './git';
import { agentSecretJson, grantsJson, targetJson } from './grants';
import { refreshJson } from './refresh';
import { secretJson } from './secrets';
import { serviceJson } from './services';
import { snapshotJson } from './snapshots';

type Json = Readonly<Record<string, unknown>>;

/** The one JSON document of a verb that did what it was asked. Its keys are a contract: docs/cli.md. */
export function jsonDocument(result: Exclude<Result, { kind: 'exit' }>): Json {
  return { schema: 1, outcome: 'ok', ...body(result) };
}

/** The JSON document of a failure. */
export function jsonFailure({ code, message, hint, errors }: Failure): Json {
  return {
    schema: 1,
    outcome: 'error',
    error: { code, message, ...(hint === undefined ? {} : { hint }), ...(errors === undefined ? {} : { errors }) },
  };
}

/** Cancelling is no error: nothing went wrong, and nothing was done. */
export const jsonCancelled: Json = { schema: 1, outcome: 'cancelled' };

function body(result: Exclude<Result, { kind: 'exit' }>): Json {
  switch (result.kind) {
    case 'up':
      return up(result.up);
    case 'list':
      return { projects: result.rows.map(rowJson) };
    case 'status':
      return {
        ...statusJson(result.detail),
        services: result.services.map(serviceJson),
        secrets: result.detail.secrets.map(secretJson),
        ports: result.ports.map(portJson),
        git: result.git === null ? null : gitJson(result.git),
        storage: result.storage.map(storageJson),
        lifecycle: result.detail.steps.map(stepJson),
      };
    case 'plan': {
      const { project, template, class: kind, differences } = result.plan;
      return {
        project: identity(project),
        template,
        class: kind,
        differences: differences.map((one) => {
          const { path, before, after, why } = one;
          return { path, before, after, class: one.class, why };
        }),
        loss: result.plan.loss,
      };
    }
    case 'service':
      return { project: identity(result.row), service: serviceJson(result.service) };
    case 'changed':
      return { project: identity(result.row), container: container(result.row) };
    case 'refreshed': {
      const { row } = result.result;
      return { project: identity(row), container: container(row), ...refreshJson(result.result) };
    }
    case 'rolled_back': {
      const { row, aside, returned } = result.result;
      return { project: identity(row), container: container(row), aside: { generation: aside }, returned };
    }
    case 'snapshot':
      return { snapshot: snapshotJson(result.snapshot) };
    case 'snapshots':
      return { snapshots: result.found.map(snapshotJson) };
    case 'restored': {
      const { snapshot, result: restored } = result;
      const { row } = restored;
      const made = { project: identity(row), container: container(row), ...refreshJson(restored) };
      return { ...made, snapshot: snapshotJson(snapshot), dry_run: false };
    }
    case 'restore_plan': {
      const { snapshot, loss, inUse } = result.plan;
      return {
        project: identity(result.row),
        container: container(result.row),
        snapshot: snapshotJson(snapshot),
        dry_run: true,
        loss,
        in_use: inUse,
      };
    }
    case 'snapshots_removed': {
      const { dryRun, removed, kept } = result;
      return { dry_run: dryRun, removed: removed.map(snapshotJson), kept: kept.map(snapshotJson) };
    }
    case 'removed':
      return {
        project: identity(result.row),
        container: result.row.container === null ? null : { id: result.row.container, name: result.row.containerName },
        volumes: { kept: result.kept, deleted: result.deleted },
      };
    case 'worktrees':
      return {
        worktrees: result.found.map(({ worktree, row }) => ({
          ...worktreeJson(worktree),
          container:
            row === null ? null : { ...container(row), expires: row.agent?.expires ?? null, secrets: secretNames(row) },
        })),
      };
    case 'worktree_changes':
      return changesJson(result.changes);
    case 'accepted': {
      const { worktree, mode, commit, files } = result.accepted;
      return { worktree: worktreeJson(worktree), mode, commit, files };
    }
    case 'discarded':
      return { worktree: worktreeJson(result.worktree) };
    case 'secrets':
      return { project: identity(result.row), secrets: result.secrets.map(secretJson) };
    case 'granted':
      return { project: identity(result.row), git: gitJson(result.access) };
    case 'revoked':
      return {
        ...targetJson(result.target),
        revoked: result.had || result.secrets.length > 0,
        secrets: result.secrets,
      };
    case 'agent_secrets':
      return { ...targetJson(result.target), secrets: result.secrets.map(agentSecretJson) };
    case 'grants':
      return grantsJson(result);
    case 'copied':
      return { project: identity(result.row), ...copiedJson(result) };
    case 'relinked':
      return { project: identity(result.to), from: identity(result.from) };
    case 'built':
      return builtJson(result);
    case 'templates':
      return { templates: result.entries };
    case 'valid':
      return { file: result.file, valid: true };
    case 'dockerfile': {
      const { plan } = result;
      return {
        template: result.template,
        dockerfile: plan.dockerfile,
        base_image: plan.baseImage,
        tag: plan.tag,
        fingerprint: plan.fingerprint,
        user: plan.user,
        context: plan.context.map(({ path }) => path),
        own: plan.own === undefined ? null : { file: plan.own.file, tag: plan.own.tag, bases: plan.own.bases },
      };
    }
    case 'converted':
      return convertJson(result.converted);
    case 'log_lines':
      return { lines: result.lines };
    case 'ssh_config_text':
      return { own_config: result.file, text: result.text };
    case 'ssh_config': {
      const { userConfig, ownConfig, installed } = result.status;
      return { user_config: userConfig, own_config: ownConfig, installed };
    }
    case 'history_stats':
      return { stats: statsJson(result.stats) };
    case 'snoozed':
      return { project: identity(result.row), snoozed: { code: result.code, until: result.until } };
    case 'history':
      return { entries: result.entries };
    case 'gc':
      return gcJson(result.plan, result.pruned);
    case 'doctor':
      return { healthy: result.report.healthy, findings: result.report.findings };
  }
}

function identity({ id, name, folder }: ProjectIdentity): Json {
  return { id, name, folder };
}

function container(row: ProjectRow): Json {
  const { container: id, containerName: name, image, generation, state, health } = row;
  return { id, name, image, generation, state, health };
}

function up({ row, ssh, reused, timings, notices }: UpResult): Json {
  return {
    project: identity(row),
    container: container(row),
    ssh: { host: ssh.host, command: ssh.command },
    reused,
    timings_ms: Object.fromEntries(Object.entries(timings).map(([step, ms]) => [step, Math.round(ms)])),
    notices,
  };
}

function rowJson(row: ProjectRow): Json {
  const { id, name, folder, template, engine, state, health, reasons, stale, generation, created, image } = row;
  const facts = { id, name, folder, template, engine, state, health, reasons, stale, generation, created, image };
  return {
    ...facts,
    ...(row.restored === undefined ? {} : { restored: row.restored }),
    ...(row.agent === undefined ? {} : { agent: agentJson(row.agent) }),
  };
}

function stepJson({ phase, index, of, command, state, exitCode, ms, at, output }: LifecycleStep): Json {
  return { phase, index, of, command, state, exit_code: exitCode, ms, at, output };
}

function statusJson({ row, limits, usage, writableBytes, connections }: ProjectDetail): Json {
  return {
    ...rowJson(row),
    connections: { ssh: connections.ssh, exec: connections.exec },
    limits: { cpus: limits.cpus, memory_bytes: limits.memoryBytes, pids: limits.pids },
    writable_bytes: writableBytes,
    usage:
      usage === null
        ? null
        : {
            cpu_percent: usage.cpuPercent,
            memory_bytes: usage.memoryBytes,
            memory_percent: usage.memoryPercent,
            disk_percent: usage.diskPercent,
            pids: usage.pids,
          },
  };
}
