import { resolve } from 'node:path';
import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, isCancelled } from '../errors';
import { DisposableStore } from '../lifetime';
import type { Disposable } from '../lifetime';
import type { ProjectRow } from '../model';
import { afterSwitch } from './after-switch';
import { connectedLine } from './connected-line';
import { lineTarget } from './context';
import type { ProjectsContext, ProjectsParts } from './context';
import { isPathQuery, matchProject } from './find';
import { identifyFolder } from './folders';
import { containerName } from './identity';
import type { SizeMemory } from '../storage/sizes';
import { absentRow, containerGone } from './rows';
import { createAssess } from './stale';
import { startLate } from './start-late';
import { readProjectState } from './state-file';
import { ProjectStore } from './store';
import type { ProjectQuery, Projects } from './types';
import { watchProjects } from './watch';

/** Puts the room together. Nothing is connected to before something is asked for, and what changes containers is loaded with it. */
export function createProjects(context: ProjectsContext): Projects & Disposable {
  const { home, connection, log } = context;
  const { assess, wantedLimits, wantedSecrets } = createAssess(
    home,
    connection,
    context.templates,
    context.version,
    log,
  );
  const store = new ProjectStore(home, connection, assess, log, context.health);
  const parts: ProjectsParts = { ...context, store, wantedLimits, wantedSecrets };
  let memory: SizeMemory | undefined;
  const lifetime = new AbortController();
  const owned = new DisposableStore();
  owned.add(store);
  owned.add({ dispose: () => lifetime.abort() });

  const running = async (
    row: ProjectRow,
    signal?: AbortSignal,
  ): Promise<{ engine: Engine; container: ContainerDetail }> => {
    const engine = await connection.get(signal);
    // By the name of whichever is current: another may have replaced the row's, or be about to.
    const current = containerName(row.name, row.id);
    let container = await engine.inspectContainer(current, signal);
    if (container?.state !== 'running') {
      await afterSwitch({ engine, home, log }, row.id, signal);
      container = await engine.inspectContainer(current, signal);
    }
    if (container === null) throw containerGone(row.name);
    if (container.state !== 'running') {
      throw new BerthError('container_not_running', `${row.name} is not running.`, {
        hint: `Start it: \`berth start ${row.name}\`.`,
      });
    }
    // The engine may have started it by itself.
    await startLate({ ...context, engine, row, container }, (why) => log.log('warn', `${row.name}: ${why}`), signal);
    return { engine, container };
  };

  return {
    get snapshot() {
      return store.snapshot;
    },
    onDidChange: store.onDidChange,
    watch(signal) {
      const both = signal === undefined ? lifetime.signal : AbortSignal.any([signal, lifetime.signal]);
      watchProjects(store, connection, home, log, both, context.heard).catch((error: unknown) => {
        if (!isCancelled(error)) log.log('error', 'Watching the engine ended', error);
      });
    },
    async refresh(signal) {
      return store.load(await connection.get(signal), signal);
    },
    identify: (folder, name) => identifyFolder(home, folder, name),
    find: (query, cwd, signal) => find(parts, query, cwd, signal),
    look: async (id, signal) => store.loadOne(await connection.get(signal), id, undefined, signal),
    up: async (folder, options, progress, signal) =>
      (await import('./up')).up(parts, folder, options, progress, signal),
    async buildImage(template, folder, options, progress, signal) {
      const engine = await connection.get(signal);
      const [{ desiredFor }, { ensureImage, pushBuilt }] = await Promise.all([import('./desired'), import('./image')]);
      const desired = await desiredFor(context.templates, engine, folder, template);
      const request = { engine, home, templates: context.templates, desired, version: context.version };
      const { built } = await ensureImage(request, options, progress, signal);
      return options.push === undefined ? built : pushBuilt(engine, built, options.push, progress, signal);
    },
    async previewImage(template, folder, signal) {
      const engine = await connection.get(signal).catch((error: unknown) => {
        if (error instanceof BerthError) return null;
        throw error;
      });
      return (await import('./desired')).previewPlan(context.templates, engine, folder, template);
    },
    async baseOf(row, signal) {
      const engine = await connection.get(signal);
      const { template } = await readProjectState(home, row.id);
      const { desiredFor } = await import('./desired');
      const { image, resolved } = await desiredFor(context.templates, engine, row.folder, template);
      return resolved.spec.base_image === undefined && resolved.spec.image === undefined ? null : image.baseImage;
    },
    start: async (row, signal) => (await import('./lifecycle')).changeState(parts, row, 'start', signal),
    stop: async (row, signal) => (await import('./lifecycle')).changeState(parts, row, 'stop', signal),
    restart: async (row, signal) => (await import('./lifecycle')).changeState(parts, row, 'restart', signal),
    refreshContainer: async (row, options, progress, signal) =>
      (await import('../refresh/refresh')).refresh(parts, row, options, progress, signal),
    tidy: async (row, signal) => (await import('../refresh/tidy')).tidy(parts, row, Date.now(), signal),
    async lossPreview(row, signal) {
      const engine = await connection.get(signal);
      const container = await engine.inspectContainer(row.containerName, signal);
      if (container === null) throw containerGone(row.name);
      return (await import('../loss/preview')).lossPreview(engine, container, signal);
    },
    rollback: async (row, signal) => (await import('../refresh/rollback')).rollback(parts, row, signal),
    planRemove: async (row, signal) => (await import('./lifecycle')).planRemove(parts, row, signal),
    remove: async (row, { purge }, signal) => (await import('./lifecycle')).remove(parts, row, purge, signal),
    relink: async (row, folder) => (await import('./lifecycle')).relink(parts, row, folder),
    detail: async (row, signal) => (await import('./detail')).detail(parts, row, signal),
    async storage(row, options, signal) {
      const [{ lookAtStorage }, { SizeMemory }] = await Promise.all([
        import('../storage/look'),
        import('../storage/sizes'),
      ]);
      memory ??= new SizeMemory();
      const engine = await connection.get(signal);
      return lookAtStorage({ engine, row, owner: await home.owner(), memory, ...options }, signal);
    },
    async copyWorkspace(row, { direction, ...options }, signal) {
      const { copyIn, copyOut } = await import('../storage/workspace-copy');
      const engine = await connection.get(signal);
      const container = await engine.inspectContainer(row.container ?? row.containerName, signal);
      return (direction === 'out' ? copyOut : copyIn)({ engine, row, container, ...options }, signal);
    },
    plan: async (project, signal) => (await import('./plan-project')).planProject(parts, project, signal),
    secrets: async (row, signal) => (await import('../secrets/secrets')).listSecrets(parts, row, signal),
    refreshSecrets: async (row, options, signal) =>
      (await import('../secrets/secrets')).refreshSecrets(parts, row, options, signal),
    async logs(row, options, signal) {
      const engine = await connection.get(signal);
      return engine.containerLogs(row.container ?? row.containerName, options, signal);
    },
    async line(row, signal) {
      const lineOf = async (container: ContainerDetail) => (await context.lines()).get(lineTarget(row, container));
      return connectedLine({ running: () => running(row, signal), lineOf }, signal);
    },
    async runner(row, signal) {
      const { engine, container } = await running(row, signal);
      return context.runner(engine, lineTarget(row, container));
    },
    dispose: () => owned.dispose(),
  };
}

async function find(parts: ProjectsParts, query: ProjectQuery, cwd: string, signal?: AbortSignal): Promise<ProjectRow> {
  const engine = await parts.connection.get(signal);
  const { rows } = await parts.store.load(engine, signal);
  if (!isPathQuery(query)) {
    const found = matchProject(rows, { kind: 'word', text: query ?? '' });
    if (found !== null) return found;
    throw new BerthError('project_not_found', `There is no project called "${query ?? ''}".`, {
      hint: 'See `berth ls` for the projects there are.',
    });
  }
  const identity = await identifyFolder(parts.home, resolve(cwd, query ?? '.'));
  const found =
    rows.find((row) => row.id === identity.id) ?? matchProject(rows, { kind: 'folder', path: identity.folder });
  if (found !== null) return found;
  const { listProjectVolumes } = await import('../storage/volumes');
  const volumes = await listProjectVolumes(engine, await parts.home.owner(), identity.id, signal);
  if (volumes.length > 0) return absentRow(identity, engine.info.id);
  throw new BerthError('project_not_found', `${identity.folder} has no container yet.`, {
    hint: 'Run `berth up` to make one.',
  });
}
