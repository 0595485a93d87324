import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError } from '../errors';
import type { Disposable } from '../lifetime';
import { gitWishOf } from '../git/wish';
import { requireTime } from '../lifespan/lifespan';
import type { Lines, LineTarget } from '../line/types';
import { withLock } from '../lock';
import type { Progress } from '../log';
import type { ProjectIdentity, ProjectRow, UpStep } from '../model';
import { shellCommand } from '../quote';
import { asGranted, makerOf } from './agent-desired';
import { ensureContainer, hostParts } from './container';
import { lineTarget } from './context';
import type { ProjectsParts } from './context';
import { desiredFor, ownershipOf } from './desired';
import type { Desired } from './desired';
import { finishStart } from './each-start';
import { identifyFolder } from './folders';
import { containerName } from './identity';
import { dotfilesStep } from '../inside/dotfiles-step';
import { ensureImage, settleLock } from './image';
import { madeLimits } from './plan';
import { applyLimits, clampedInWords, limitChange, limitChangeInWords, limitsOn } from './plan-limits';
import type { WantedLimits } from './plan-limits';
import { tendServices } from '../services/tend';
import { runSteps } from './steps';
import { mustLeadWhereItSays } from './nested';
import { putRight } from './put-right';
import { absentRow, containerGone } from './rows';
import { isLeftAsItIs, prepareAsked } from './start-asked';
import { readProjectState, writeProjectState } from './state-file';
import { Stopwatch } from './stopwatch';
import { dropUnfilled } from '../storage/workspace-fill';
import { mustBeTrusted } from './trust';
import type { UpOptions, UpResult } from './types';

/**
 * Ensures that a folder's container is there, runs, answers over SSH and is set up. Each step looks before it acts, so a
 * repeat after a crash, or beside another process that does the same, ends in the same one container.
 */
export async function up(
  parts: ProjectsParts,
  folder: string,
  options: UpOptions,
  progress: Progress,
  signal?: AbortSignal,
): Promise<UpResult> {
  const identity = await identifyFolder(parts.home, folder, options.name);
  mustBeTrusted(options);
  const { connection, home } = parts;
  await mustLeadWhereItSays(
    folder,
    () => connection.get(signal),
    () => home.owner(),
    signal,
  );
  const run = new UpRun(parts, identity, options, progress, signal);
  return (await run.reuse()) ?? (await withLock(parts.home.locksDir, identity.id, () => run.whole(), signal));
}

class UpRun {
  readonly #watch: Stopwatch;
  readonly #notices: string[] = [];
  /** The SSH files, as far as they can be known before a container runs. */
  #files: Promise<unknown> = Promise.resolve();
  /** The project as it is listed once a new container runs. */
  #listed: Promise<unknown> | undefined;
  /** A connection that is begun with before all is known that it is to bring. */
  #ahead: Promise<Disposable> | undefined;

  constructor(
    private readonly parts: ProjectsParts,
    private readonly identity: ProjectIdentity,
    private readonly options: UpOptions,
    private readonly progress: Progress,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#watch = new Stopwatch(progress);
  }

  /** The usual case costs two round trips and no lock: it runs already and nothing is left to do. */
  async reuse(): Promise<UpResult | null> {
    const { rebuild, template, lock, frozen } = this.options;
    if (rebuild === true || template !== undefined || lock === true || frozen === true) return null;
    const row = await this.#step('resolve', 'Looking for the container', async () => {
      const engine = await this.parts.connection.get(this.signal);
      // Both are asked at once, so that looking at the limits makes it no later.
      const name = containerName(this.identity.name, this.identity.id);
      const [row, named] = await Promise.all([
        this.parts.store.loadOne(engine, this.identity.id, undefined, this.signal),
        engine.inspectContainer(name, this.signal),
      ]);
      if (row?.state !== 'running' || row.container === null || row.halfDone) return null;
      if (row.containerName !== containerName(this.#nameFor(row), row.id) || row.folder !== this.identity.folder)
        return null;
      const state = await readProjectState(this.parts.home, row.id);
      const { postCreate } = state;
      if (postCreate?.container !== row.container || postCreate.done < postCreate.of) return null;
      const container = named?.id === row.container ? named : await engine.inspectContainer(row.container, this.signal);
      if (container === null || !this.#hasItsLimits(engine, container)) return null;
      return (await isLeftAsItIs(this.parts, row.id, container)) ? row : null;
    });
    if (row === null) return null;
    this.#noteStale(row);
    return this.#result(row, true);
  }

  /** Whether nothing is left to change live. Says where the template has come to ask for more than the engine has. */
  #hasItsLimits(engine: Engine, container: ContainerDetail): boolean {
    const wanted = this.parts.wantedLimits(container.id);
    if (wanted === null) return true;
    const { cpus } = engine.info;
    if (Object.keys(limitChange(container.limits, limitsOn(wanted, cpus))).length > 0) return false;
    this.#noteClamped(container, wanted.cpus, cpus);
    return true;
  }

  /** Everything, under the project's lock. */
  async whole(): Promise<UpResult> {
    try {
      return await this.#all();
    } finally {
      this.#ahead?.then(
        (begun) => begun.dispose(),
        () => undefined,
      );
    }
  }

  async #all(): Promise<UpResult> {
    const { engine, desired, found } = await this.#step('resolve', 'Reading the template', () => this.#resolve());
    const shown = found ?? this.#draftRow(engine, desired);
    const fresh = found === null || this.options.rebuild === true || found.folder !== this.identity.folder;
    let container: ContainerDetail;
    let reused = false;
    if (fresh) {
      container = await this.#make(engine, desired, found, shown);
    } else {
      this.#noteStale(found);
      const inspected = await engine.inspectContainer(found.container ?? found.containerName, this.signal);
      if (inspected === null) throw containerGone(found.name);
      container = inspected;
      reused = container.state === 'running';
      await settleLock({ ...this.parts, engine, desired }, this.options, this.progress, this.signal);
      await this.#giveLimits(engine, container, desired.resolved.spec.resources);
      if (!reused) {
        const started = engine.startContainer(container.id, this.signal);
        const looked = this.#begin(engine, lineTarget(found, container), started, this.parts.lines());
        await this.#step('start', 'Starting the container', () => started);
        container = (await looked) ?? container;
      }
    }
    // One that was just made has been looked at since.
    const { store } = this.parts;
    const row = fresh ? store.row(shown.id) : await store.loadOne(engine, shown.id, undefined, this.signal);
    if (row === null) throw containerGone(shown.name);
    const files = (): Promise<unknown> => this.#writeFiles(engine, row);
    const connect = async (): Promise<void> => {
      // The Line needs none of the files, which are written through to the disk meanwhile.
      const written = this.#files.then(files);
      written.catch(() => undefined);
      try {
        await (await this.parts.lines()).get(lineTarget(row, container)).connect(this.signal);
      } finally {
        await written;
      }
    };
    if (reused) await this.#step('inject', 'Writing the SSH files', files);
    else await this.#step('line', 'Connecting', connect);
    const parts = { ...this.parts, engine, row, container };
    await this.#step('inject', 'Bringing in what each start needs', () =>
      prepareAsked(parts, desired.resolved.spec, this.#progressWithNotes(), this.signal),
    );
    try {
      await this.#step('post_create', 'Running post_create', async () => {
        await dotfilesStep(parts, this.#progressWithNotes(), this.signal);
        await runSteps(parts, 'post_create', this.progress, this.signal);
        await tendServices(parts, this.signal);
        await finishStart(parts, this.progress, this.signal);
      });
    } catch (error) {
      // A failed step is shown by the row.
      await this.parts.store.loadOne(engine, this.identity.id);
      throw error;
    }
    return this.#result(
      (await this.parts.store.loadOne(engine, this.identity.id, undefined, this.signal)) ?? row,
      reused,
    );
  }

  async #resolve(): Promise<{ engine: Engine; desired: Desired; found: ProjectRow | null }> {
    const engine = await this.parts.connection.fresh(this.signal);
    const state = await readProjectState(this.parts.home, this.identity.id);
    const template = this.options.template ?? state.template;
    const [desired, found] = await Promise.all([
      desiredFor(this.parts.templates, engine, this.identity.folder, template),
      this.parts.home
        .owner()
        .then((owner) => putRight({ ...this.parts, engine, owner }, this.identity.id, this.signal))
        .then(() => dropUnfilled({ ...this.parts, engine }, this.identity.id, this.signal))
        .then(() => this.parts.store.loadOne(engine, this.identity.id, undefined, this.signal)),
    ]);
    if (desired.reason !== null)
      this.#note(`No berth.yaml here; the template ${desired.resolved.name} was chosen: ${desired.reason}.`);
    // Before it is written down: a name that is refused must not stay.
    if (found !== null) {
      this.#nameFor(found);
      requireTime(found);
    }
    await writeProjectState(this.parts.home, this.identity.id, {
      ...(this.options.template === undefined ? {} : { template: this.options.template }),
      ...(this.options.name === undefined ? {} : { name: this.options.name }),
      ...makerOf(this.options, state, found === null),
    });
    return { engine, desired: await asGranted(this.parts.home, this.identity, found, desired), found };
  }

  /** Image and container, with the project's row saying so all the while: also one that the engine cannot list yet. */
  async #make(engine: Engine, desired: Desired, found: ProjectRow | null, shown: ProjectRow): Promise<ContainerDetail> {
    let activity = this.parts.store.doing(shown, 'building');
    try {
      for (const notice of (await hostParts({ engine, identity: this.identity, desired }, this.signal)).notices) {
        this.#note(notice);
      }
      const { plan, built } = await this.#step('image', `Preparing the image ${desired.image.tag}`, () =>
        ensureImage({ ...this.parts, engine, desired }, this.options, this.progress, this.signal),
      );
      activity = this.parts.store.doing(shown, 'creating');
      const container = await this.#create(engine, { ...desired, image: plan }, built.image, found, shown);
      await (this.#listed ?? this.parts.store.loadOne(engine, this.identity.id, undefined, this.signal));
      return container;
    } finally {
      activity.dispose();
    }
  }

  async #create(
    engine: Engine,
    desired: Desired,
    imageId: string,
    found: ProjectRow | null,
    shown: ProjectRow,
  ): Promise<ContainerDetail> {
    const { notice } = await ownershipOf(engine.info, this.identity.folder);
    if (notice !== null) this.#note(notice);
    // Loaded while the engine works.
    let looked: Promise<ContainerDetail | null> | undefined;
    const lines = this.parts.lines();
    lines.then(
      (made) => made.prepare(),
      () => undefined,
    );
    const id = await ensureContainer(
      {
        ...this.parts,
        engine,
        identity: { ...this.identity, name: found?.name ?? this.identity.name },
        desired,
        imageId,
        progress: this.progress,
        former: found,
        onStart: (container, started) => {
          this.#listed = started.then(() => this.parts.store.loadOne(engine, shown.id, undefined, this.signal));
          this.#listed.catch(() => undefined);
          looked = this.#begin(engine, lineTarget(shown, { id: container, environment: {} }), started, lines);
          // What is still to be known of the project is seldom other than what it is about to be.
          this.#files = this.#writeFiles(engine, shown).catch(() => undefined);
          void this.#connectAhead(shown, looked, lines);
        },
      },
      { note: (text) => this.#note(text), step: (step, message, work) => this.#step(step, message, work) },
      this.signal,
    );
    const container = await (looked ?? engine.inspectContainer(id, this.signal));
    if (container === null) throw containerGone(this.identity.name);
    return container;
  }

  #writeFiles(engine: Engine, row: ProjectRow): Promise<unknown> {
    return Promise.all([this.parts.ssh.ensureHost(row), this.parts.rememberEngine(engine)]);
  }

  /** Begun while the project is listed anew; whoever asks for the Line then goes on with it, and is told why it failed. */
  async #connectAhead(
    shown: ProjectRow,
    looked: Promise<ContainerDetail | null>,
    lines: Promise<Lines>,
  ): Promise<void> {
    try {
      const container = await looked;
      if (container?.state === 'running') await (await lines).get(lineTarget(shown, container)).connect(this.signal);
    } catch {
      // It is asked for again.
    }
  }

  /** First a look at it: for as long as a process in a container is being started, the engine lets a look at it wait. */
  #begin(
    engine: Engine,
    target: LineTarget,
    started: Promise<void>,
    lines: Promise<Lines>,
  ): Promise<ContainerDetail | null> {
    const looked = started.then(() => engine.inspectContainer(target.containerId, this.signal));
    // Why it did not start is told by who started it.
    looked.catch(() => undefined);
    this.#ahead = lines.then((made) => made.expect(target, looked));
    this.#ahead.catch(() => undefined);
    return looked;
  }

  /** What the engine can change without a restart is changed; a stopped container has it when it starts. */
  async #giveLimits(engine: Engine, container: ContainerDetail, wanted: WantedLimits): Promise<void> {
    const { cpus } = engine.info;
    const change = limitChange(container.limits, limitsOn(wanted, cpus));
    this.#noteClamped(container, wanted.cpus, cpus);
    const words = limitChangeInWords(container.limits, change);
    if (words === '') return;
    try {
      const warnings = await applyLimits(engine, container, change, this.signal);
      this.#note(`Changed ${container.state === 'running' ? 'without a restart' : 'before the start'}: ${words}.`);
      warnings.forEach((warning) => this.#note(`The engine warns: ${warning}`));
    } catch (error) {
      if (!(error instanceof BerthError) || error.code !== 'engine_unsupported') throw error;
      this.#note(`The limits stay as they are (${words} would be due): ${error.message} ${error.hint ?? ''}`.trimEnd());
    }
  }

  /** Said when the container is made, and from then on only where the template says another number. */
  #noteClamped(container: ContainerDetail, asked: number, cpus: number): void {
    if (asked > cpus && asked !== madeLimits(container)?.cpus) this.#note(clampedInWords(asked, cpus));
  }

  /** `--name` may say what is so already; another name needs another container, which only the user may decide. */
  #nameFor(row: ProjectRow): string {
    if (this.options.name !== undefined && this.options.name !== row.name) {
      throw new BerthError('container_conflict', `This folder's project is called "${row.name}" already.`, {
        hint: `Run \`berth rm ${row.name}\` first; its volumes are kept.`,
      });
    }
    return row.name;
  }

  #draftRow(engine: Engine, desired: Desired): ProjectRow {
    return {
      ...absentRow(this.identity, engine.info.id),
      template: desired.resolved.name,
      image: desired.image.tag,
      user: desired.image.user,
      workspacePath: desired.resolved.spec.workspace.path,
      git: gitWishOf(desired.resolved.spec),
    };
  }

  #noteStale(row: ProjectRow): void {
    for (const reason of row.stale) {
      this.#note(
        `The container is stale: ${reason.message}. \`berth refresh\` makes a fresh one; \`berth plan\` says what that would lose.`,
      );
    }
  }

  /** What is worth telling goes into the result too. */
  #progressWithNotes(): Progress {
    return (event) => (event.kind === 'notice' ? this.#note(event.message) : this.progress(event));
  }

  #note(message: string): void {
    this.#notices.push(message);
    this.progress({ kind: 'notice', message });
  }

  #step<T>(step: UpStep, message: string, work: () => Promise<T>): Promise<T> {
    return this.#watch.step(step, message, work);
  }

  async #result(row: ProjectRow, reused: boolean): Promise<UpResult> {
    const { installed, ownConfig } = await this.parts.ssh.status();
    return {
      row,
      ssh: { host: row.alias, command: shellCommand(['ssh', ...(installed ? [] : ['-F', ownConfig]), row.alias]) },
      reused,
      timings: this.#watch.timings(),
      notices: this.#notices,
    };
  }
}
