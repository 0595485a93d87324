import type { ProjectRow, SecretRow } from '../../core/model';
import type { GitAccess } from '../../core/git/types';
import type { PortRow } from '../../core/ports/types';
import type { ServiceRow } from '../../core/services/types';
import type { Snapshot } from '../../core/snapshots/types';
import { keyOf } from '../../core/ports/wishes';
import { folderLook } from '../rows/folder-look';
import { gitLook } from '../rows/git-look';
import { portLook, portsLook } from '../rows/port-look';
import { secretLook, secretsLook } from '../rows/secret-look';
import { serviceLook, servicesLook } from '../rows/service-look';
import { projectAge, projectLook } from '../rows/project-look';
import type { Look } from '../rows/look';
import { setupLook, stepLook } from '../rows/step-look';
import { runLook } from '../rows/run-look';
import { storageLook, volumeLook } from '../rows/storage-look';
import type { StorageRow } from '../../core/storage/look';
import { formerLook, snapshotLook, snapshotsLook } from '../rows/snapshot-look';
import type { Worktree } from '../../core/worktrees/types';
import type { Run } from '../run/runs';
import type { Session } from '../session';
import type { WindowFolder } from '../window/window-project';
import { isLocalFolder } from '../window/window-project';
import type { RowChange } from '../rows/row-changes';
import { isAgents } from '../rows/row-index';
import { agentsGroup } from './agents-group';
import type { NodeMemory } from './node-memory';

/** A row of the Containers view, with all below it: made from memory, so that asking for children costs nothing. */
export interface ContainerNode {
  readonly id: string;
  readonly look: Look;
  readonly children: readonly ContainerNode[];
  /** Begins folded: its description is the summary of what is below. */
  readonly folded?: true;
  readonly row?: ProjectRow;
  readonly folder?: WindowFolder;
  readonly run?: Run;
  readonly port?: PortRow;
  readonly service?: ServiceRow;
  readonly secret?: SecretRow;
  readonly snapshot?: Snapshot;
  readonly worktree?: Worktree;
}

export interface TreeContext {
  readonly trusted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What was made before, where the tree is made again and again: a row in which nothing changed is not made anew. */
  readonly memory?: NodeMemory<ContainerNode>;
}

/**
 * This window's projects first, then the rest by name, then this window's folders without a container, and agents' own. With no project
 * at all and a single folder the tree is empty, so that the welcome text can say what to do.
 */
export function containersTree(session: Session, context: TreeContext): ContainerNode[] {
  const { snapshot, window } = session;
  if (!snapshot.loaded && snapshot.rows.length === 0 && session.work.projects.length === 0) return [];
  context.memory?.begin(restOf(session, context));
  const here = session.rowsHere;
  const isHere = new Set(here);
  const others = snapshot.rows.filter((row) => row.agent === undefined && !isHere.has(row));
  const projects = [...here, ...others].map((row) => rememberedNode(session, row, isHere.has(row), context));
  const bare = window.folders.filter((folder) => isLocalFolder(folder) && window.rowOf(folder, here) === undefined);
  const idle = bare.every((folder) => session.busy(window.identity(folder)?.id ?? '') === undefined);
  const agents = agentsGroup(session, context.now, (row) => rememberedNode(session, row, false, context));
  context.memory?.keep([...projects, ...agents.flatMap(({ children }) => children)]);
  if (projects.length === 0 && agents.length === 0 && bare.length < 2 && idle) return [];
  return [...projects, ...bare.map((folder) => folderNode(session, folder, context)), ...agents];
}

/** Milliseconds in which what is said of ages stays true. */
const minute = 60_000;

/** All that a tree is made of beside its projects' rows and the time. */
function restOf(session: Session, { trusted }: TreeContext): readonly unknown[] {
  const { others, engineLost, snapshot, worktrees } = session;
  return [others, engineLost, snapshot.loaded, worktrees.all, trusted];
}

/** Whether its place is among the first or the last of the tree, where few are: such a row is looked at with each whole tree. */
function isApart(session: Session, row: ProjectRow): boolean {
  return isAgents(row) || session.rowsHere.includes(row);
}

/**
 * The nodes of the projects that changed since the tree was made, where it is the same tree but for these: an event is about
 * one of a thousand. Null where it has to be made anew: a project came, went or has another name, is this window's or an
 * agent's, or something else changed.
 */
export function changedNodes(
  session: Session,
  changes: readonly RowChange[],
  context: Required<TreeContext>,
): readonly ContainerNode[] | null {
  const { memory } = context;
  const nodes: ContainerNode[] = [];
  if (!memory.isSame(restOf(session, context))) return null;
  for (const { before, after } of changes) {
    if (before === undefined || after === undefined || before.id !== after.id || before.name !== after.name)
      return null;
    const now = session.row(after.id);
    if (now === undefined || isAgents(before) || isApart(session, now)) return null;
    nodes.push(rememberedNode(session, now, false, context));
  }
  return nodes;
}

/**
 * The nodes of these projects with what they say of ages by now. A whole tree leaves ages as they were made, but for those of
 * this window and agents' own: a thousand of them at once would hold up the window's other extensions.
 */
export function agedNodes(
  session: Session,
  ids: readonly string[],
  context: Required<TreeContext>,
): readonly ContainerNode[] {
  return ids.flatMap((id) => {
    const row = session.row(id);
    return row === undefined || isApart(session, row) ? [] : [agedNode(session, row, false, context)];
  });
}

function rememberedNode(session: Session, row: ProjectRow, here: boolean, context: TreeContext): ContainerNode {
  const isCommon = !here && !isAgents(row);
  const before = isCommon ? context.memory?.asBefore(row.id, row, here) : undefined;
  return before ?? agedNode(session, row, here, context);
}

function agedNode(session: Session, row: ProjectRow, here: boolean, context: TreeContext): ContainerNode {
  const make = (): ContainerNode => projectNode(session, row, here, context);
  if (context.memory === undefined) return make();
  const busy = session.busy(row.id);
  const { services, ports, runs, git, storage, snapshots } = session;
  const aged = [services, runs, snapshots].map((book) => book.of(row.id));
  // Most ages are hours: of a thousand rows few are made anew each minute. What lies below one has ages of its own.
  const isAged = aged.some((found) => found.length > 0);
  const age = isAged ? Math.floor(context.now / minute) : projectAge(row, context.now);
  const parts = [row, here, session.engineLost, busy?.verb, busy?.step, age];
  return context.memory.node(row.id, [...parts, ...aged, ports.of(row.id), storage.of(row.id), git.of(row.id)], make);
}

function projectNode(session: Session, row: ProjectRow, here: boolean, context: TreeContext): ContainerNode {
  const { engineLost } = session;
  return {
    id: row.id,
    look: projectLook({ row, engineLost, busy: session.busy(row.id), here, now: context.now }),
    children: [
      ...setupGroup(row),
      ...servicesGroup(row, session.services.of(row.id), context),
      ...portsGroup(row, session.ports.of(row.id)),
      ...commandsGroup(row, session.runs.of(row.id), context),
      ...secretsGroup(row),
      ...gitRow(row, session.git.of(row.id)),
      ...storageGroup(row, session.storage.of(row.id)),
      ...snapshotsGroup(row, session.snapshots.of(row.id), context),
      ...formerRow(row),
    ],
    row,
  };
}

/** The commands that set a container up, until all have succeeded. */
function setupGroup(row: ProjectRow): ContainerNode[] {
  if (row.setup.length === 0) return [];
  const id = `${row.id}/setup`;
  const children = row.setup.map((step) => ({
    id: `${id}/${step.phase}/${step.index}`,
    look: stepLook(step),
    children: [],
    row,
  }));
  return [{ id, look: setupLook(row.setup), children, row }];
}

/** A project's services while it runs. */
function servicesGroup(row: ProjectRow, services: readonly ServiceRow[], { now }: TreeContext): ContainerNode[] {
  if (row.state !== 'running' || services.length === 0) return [];
  const id = `${row.id}/services`;
  const children = services.map((service) => ({
    id: `${id}/${service.name}`,
    look: serviceLook(service, now),
    children: [],
    row,
    service,
  }));
  return [{ id, look: servicesLook(row.name, services), children, folded: true, row }];
}

/** The secrets of a project that runs: never their values. */
function secretsGroup(row: ProjectRow): ContainerNode[] {
  if (row.secrets.length === 0) return [];
  const id = `${row.id}/secrets`;
  const children = row.secrets.map((secret) => ({
    id: `${id}/${secret.name}`,
    look: secretLook(secret),
    children: [],
    row,
    secret,
  }));
  return [{ id, look: secretsLook(row), children, folded: true, row }];
}

/** A project's ports while it runs, each with its real number. */
function portsGroup(row: ProjectRow, ports: readonly PortRow[]): ContainerNode[] {
  if (row.state !== 'running' || ports.length === 0) return [];
  const id = `${row.id}/ports`;
  const children = ports.map((port) => ({ id: `${id}/${keyOf(port)}`, look: portLook(port), children: [], row, port }));
  return [{ id, look: portsLook(row.name, ports), children, folded: true, row }];
}

/** What git in it may use of the user's, or asks for. */
function gitRow(row: ProjectRow, access: GitAccess | null): ContainerNode[] {
  return access === null ? [] : [{ id: `${row.id}/git`, look: gitLook(row.name, access), children: [], row }];
}

/** What lasts of a project, running or not. */
function storageGroup(row: ProjectRow, volumes: readonly StorageRow[]): ContainerNode[] {
  if (volumes.length === 0) return [];
  const id = `${row.id}/storage`;
  const children = volumes.map((volume) => ({
    id: `${id}/${volume.name}`,
    look: volumeLook(volume),
    children: [],
    row,
  }));
  return [{ id, look: storageLook(row.name, volumes), children, folded: true, row }];
}

/** States of it that were kept, running or not. */
function snapshotsGroup(row: ProjectRow, found: readonly Snapshot[], { now }: TreeContext): ContainerNode[] {
  if (found.length === 0) return [];
  const id = `${row.id}/snapshots`;
  const children = found.map((snapshot) => ({
    id: `${id}/${snapshot.image}`,
    look: snapshotLook(snapshot, now, row.restored),
    children: [],
    row,
    snapshot,
  }));
  return [{ id, look: snapshotsLook(row.name, found, now), children, folded: true, row }];
}

/** What a rollback would go back to. */
function formerRow(row: ProjectRow): ContainerNode[] {
  const look = formerLook(row);
  return look === null ? [] : [{ id: `${row.id}/former`, look, children: [], row }];
}

function commandsGroup(row: ProjectRow, runs: readonly Run[], { now }: TreeContext): ContainerNode[] {
  if (runs.length === 0) return [];
  const description = `${runs.length} running`;
  const look: Look = {
    label: 'Commands',
    description,
    icon: 'terminal-cmd',
    context: 'group commands',
    tooltip: `Commands that this window started in ${row.name}`,
    spoken: `Commands, ${description}`,
  };
  const children = runs.map((run) => ({
    id: `${row.id}/run/${run.id}`,
    look: runLook(run, now),
    children: [],
    row,
    run,
  }));
  return [{ id: `${row.id}/commands`, look, children, row }];
}

function folderNode(session: Session, folder: WindowFolder, context: TreeContext): ContainerNode {
  const busy = session.busy(session.window.identity(folder)?.id ?? '');
  const { template, reason } = session.window.proposal(folder);
  const look = folderLook({ name: folder.name, path: folder.path, template, reason, trusted: context.trusted });
  const shown: Look =
    busy === undefined
      ? look
      : { ...look, description: busy.step || busy.verb, icon: 'loading~spin', context: 'folder busy' };
  return { id: `folder:${folder.path}`, look: shown, children: [], folder };
}
