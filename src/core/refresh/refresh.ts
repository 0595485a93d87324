import type { ContainerDetail, Engine } from '../engine/types';
import { BerthError, messageOf } from '../errors';
import { withLock } from '../lock';
import type { Progress } from '../log';
import { lossPreview } from '../loss/preview';
import { isHarmless } from '../loss/types';
import { lossInWords, lossLines } from '../loss/words';
import type { ProjectRow } from '../model';
import { createOrAdopt, planContainer } from '../projects/container';
import type { ContainerRequest, RestoredFrom } from '../projects/container';
import { lineTarget } from '../projects/context';
import type { ProjectsParts } from '../projects/context';
import { desiredFor } from '../projects/desired';
import { eachStart, finishStart, prepareStart } from '../projects/each-start';
import { ensureImage } from '../projects/image';
import { mustBeAsItWas } from '../projects/nested';
import { putRight } from '../projects/put-right';
import { containerGone } from '../projects/rows';
import { readProjectState } from '../projects/state-file';
import { runSteps } from '../projects/steps';
import { Stopwatch } from '../projects/stopwatch';
import { switchOver } from '../projects/switch';
import { mustBeTrusted } from '../projects/trust';
import { rememberVolumes } from '../storage/remember';
import { agreedSecrets, askForSecrets } from '../secrets/secrets';
import { lossToRestore, restoredFrom, restoredImage } from '../snapshots/restore';
import { tryCanary } from './canary';
import { backOut, clearFormer } from './former';
import { fetchNewerBase } from './newer-base';
import { mustReachNoFurther } from './reach';
import type { RefreshOptions, RefreshResult } from './types';
import { inUse } from './use';

/**
 * Replaces a project's container by a fresh one that keeps the workspace and every persisted path. First the image, then a
 * canary made from it, then the new container itself: up to there the one in use is not touched. Then the switch, which
 * takes as long as a stop and a start; the former container is kept, stopped, and is put back where the new one does not
 * start or cannot be set up.
 * @throws BerthError `refresh_waits` while it is in use or something would be lost, `canary_failed`, and what `up` throws
 */
export async function refresh(
  parts: ProjectsParts,
  row: ProjectRow,
  options: RefreshOptions,
  progress: Progress,
  signal?: AbortSignal,
): Promise<RefreshResult> {
  mustBeTrusted(options);
  const run = new RefreshRun(parts, options, progress, signal);
  return withLock(parts.home.locksDir, row.id, () => run.whole(row), signal);
}

class RefreshRun {
  readonly #watch: Stopwatch;
  readonly #notices: string[] = [];
  /** The secrets that the new container has in place of its template's; null where it has those. */
  #agreed: { readonly secrets: object } | null = null;

  constructor(
    private readonly parts: ProjectsParts,
    private readonly options: RefreshOptions,
    private readonly progress: Progress,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#watch = new Stopwatch(progress);
  }

  async whole(asked: ProjectRow): Promise<RefreshResult> {
    const engine = await this.parts.connection.fresh(this.signal);
    const row = await this.#watch.step('resolve', 'Looking at the container', () => this.#look(engine, asked));
    const { now, restore } = this.options;
    if (row.stale.length === 0 && now !== true && restore === undefined) return this.#result(row, null);
    if (now !== true) await this.#mustBeFree(engine, row);
    const activity = this.parts.store.doing(row, 'building');
    let restored: RestoredFrom | undefined;
    try {
      const { request, keepMs } = await this.#request(engine, row);
      restored = request.restored;
      const fresh = await this.#replace(request, row);
      const current = await this.parts.store.loadOne(engine, row.id, undefined, this.signal);
      if (current === null) throw containerGone(row.name);
      await this.#setUp({ ...request, engine }, current, fresh);
      const after = (await this.parts.store.loadOne(engine, row.id, undefined, this.signal)) ?? current;
      return this.#result(after, {
        generation: row.generation,
        keptUntil: new Date(Date.now() + keepMs).toISOString(),
      });
    } catch (error) {
      await restored?.volumes?.drop().catch((why: unknown) => this.parts.log.log('warn', messageOf(why), why));
      throw error;
    } finally {
      activity.dispose();
      await this.parts.store.loadOne(engine, row.id);
    }
  }

  async #look(engine: Engine, { id, name }: ProjectRow): Promise<ProjectRow> {
    const owner = await this.parts.home.owner();
    await putRight({ engine, log: this.parts.log, owner }, id, this.signal);
    const row = await this.parts.store.loadOne(engine, id, undefined, this.signal);
    if (row?.container == null) throw containerGone(name);
    return row;
  }

  /** By itself a refresh ends nobody's work, and takes nothing that only the container has. */
  async #mustBeFree(engine: Engine, row: ProjectRow): Promise<void> {
    const container = await engine.inspectContainer(row.containerName, this.signal);
    if (container === null) throw containerGone(row.name);
    const { restore } = this.options;
    const verb = restore === undefined ? 'Refresh it' : 'Restore it';
    const force = this.#command();
    const used = inUse(await engine.containerProcesses(container.id, this.signal), container.pid);
    if (used.length > 0) {
      throw new BerthError('refresh_waits', `${row.name} is in use: ${used.join(', ')}.`, {
        hint: `${verb} when they have ended, or with \`${force}\`, which ends them.`,
      });
    }
    const preview = await lossPreview(engine, container, this.signal);
    const loss = restore === undefined ? preview : lossToRestore(preview);
    if (isHarmless(loss)) return;
    const lines = lossLines(loss);
    const [what, hint] =
      restore === undefined
        ? ['A refresh', `Keep what you need, or add packages to the template; \`${force}\` goes on without them.`]
        : ['A restore', `\`${force}\` goes on: they are put aside with the container of now, for \`berth rollback\`.`];
    throw new BerthError('refresh_waits', `${what} of ${row.name} would lose ${lossInWords(loss)}.`, {
      hint,
      errors: lines.map((message) => ({ message })),
    });
  }

  /** With which a person does the same, whatever it takes. */
  #command(): string {
    const { restore } = this.options;
    return restore === undefined ? 'berth refresh --now' : `berth snapshot restore ${restore.snapshot.name} --force`;
  }

  async #request(engine: Engine, row: ProjectRow): Promise<{ request: ContainerRequest; keepMs: number }> {
    const { home, templates } = this.parts;
    await mustBeAsItWas(row);
    const { template } = await readProjectState(home, row.id);
    const desired = await desiredFor(templates, engine, row.folder, template);
    if (this.options.unasked === true) {
      const former = await engine.inspectContainer(row.containerName, this.signal);
      if (former === null) throw containerGone(row.name);
      await mustReachNoFurther(row, former, desired, this.#command());
      this.#agreed = await agreedSecrets(home, row.id, former, desired.resolved.spec.secrets);
    }
    const { restore } = this.options;
    // What the tag says of the template still holds; what it was built on does not.
    const again = row.stale.some(({ code }) => code === 'base_changed');
    const parts = { ...this.parts, engine, desired };
    const named = restore === undefined ? `image ${desired.image.tag}` : `snapshot ${restore.snapshot.name}`;
    const { plan, built } = await this.#watch.step('image', `Preparing the ${named}`, async () => {
      if (restore !== undefined) {
        return restoredImage({ ...parts, snapshot: restore.snapshot }, this.progress, this.signal);
      }
      if (again) await fetchNewerBase(engine, desired.image.baseImage, this.progress, this.signal);
      return ensureImage(parts, { again }, this.progress, this.signal);
    });
    const identity = { id: row.id, name: row.name, folder: row.folder };
    return {
      request: {
        ...this.parts,
        engine,
        identity,
        desired: { ...desired, image: plan },
        imageId: built.image,
        cleanHome: this.options.cleanHome === true,
        progress: this.progress,
        former: row,
        ...(restore === undefined ? {} : { restored: restoredFrom(restore, { ...parts, project: identity }) }),
      },
      keepMs: desired.resolved.spec.health.keep,
    };
  }

  /** The canary, the new container, the switch. @returns the new container, which runs */
  async #replace(request: ContainerRequest, row: ProjectRow): Promise<ContainerDetail> {
    const { engine, desired } = request;
    const { health } = desired.resolved.spec;
    const { id, settle } = await this.#watch.step('create', 'Trying the new container', async () => {
      const planned = await planContainer(request, (text) => this.#note(text), this.signal);
      const trial = { healthCommand: health.command, timeoutMs: health.timeout };
      await tryCanary({ ...this.parts, engine, row }, planned.spec, trial, this.signal);
      // A build and a trial take minutes: somebody may have begun to work in it since.
      if (this.options.now !== true) await this.#mustBeFree(engine, row);
      const id = await createOrAdopt(request, planned.spec, this.signal);
      await planned.fill(id, this.signal);
      await clearFormer(engine, await this.parts.home.owner(), row);
      return { ...planned, id };
    });
    return this.#watch.step('start', 'Switching over', async () => {
      const former = row.container ?? row.containerName;
      await switchOver(request, { former, ran: row.state === 'running', next: id });
      await settle(id);
      const container = await engine.inspectContainer(id);
      if (container === null) throw containerGone(row.name);
      return container;
    });
  }

  /** What a new container needs before it is the project's; where that fails, or is cancelled, the former one is back. */
  async #setUp({ engine, identity }: ContainerRequest, row: ProjectRow, container: ContainerDetail): Promise<void> {
    const parts = { ...this.parts, engine, row, container };
    try {
      await this.#watch.step('line', 'Connecting', async () => {
        await (await this.parts.lines()).get(lineTarget(row, container)).connect(this.signal);
      });
      await this.#watch.step('inject', 'Bringing in what each start needs', async () => {
        await this.parts.ssh.ensureHost(row);
        if (this.#agreed !== null) await askForSecrets(parts, this.#agreed);
        await prepareStart(parts, this.progress, this.signal);
      });
      await this.#watch.step('post_create', 'Running post_create', async () => {
        await runSteps(parts, 'post_create', this.progress, this.signal);
        await finishStart(parts, this.progress, this.signal);
      });
    } catch (error) {
      this.parts.log.log(
        'warn',
        `The new container of ${row.name} cannot be set up; the former one is put back`,
        error,
      );
      const owner = await this.parts.home.owner();
      const former = await backOut(engine, owner, identity);
      if (former !== null) await rememberVolumes({ engine, home: this.parts.home, owner, project: row.id }, former);
      if (former !== null) await eachStart({ ...parts, container: former }, this.progress);
      throw error;
    }
  }

  #note(message: string): void {
    this.#notices.push(message);
    this.progress({ kind: 'notice', message });
  }

  #result(row: ProjectRow, previous: RefreshResult['previous']): RefreshResult {
    return {
      row,
      refreshed: previous !== null,
      previous,
      timings: this.#watch.timings(),
      notices: this.#notices,
    };
  }
}
