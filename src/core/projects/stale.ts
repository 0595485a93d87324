import type { ContainerSummary, EngineConnection } from '../engine/types';
import { messageOf } from '../errors';
import { thresholdsOf } from '../health/thresholds';
import type { BerthHome } from '../home';
import type { Logger } from '../log';
import { labels } from '../model';
import type { StaleReason } from '../model';
import type { Templates } from '../templates/types';
import { classedChanges, madeLimits } from './plan';
import type { Asked } from './plan';
import { isStronger } from './plan-classes';
import type { WantedLimits } from './plan-limits';
import { changeInWords } from './spec-diff';
import { readProjectState } from './state-file';
import type { Assessed } from './entry';
import type { Assess } from './store';
import { filesOfLabel, isAsMade, lookAtFiles } from './template-files';

/** Why a container should be replaced: its folder's template asks for what a running one cannot be given. Pure. */
export function staleReasons(
  container: ContainerSummary,
  asked: Asked,
  since: string | null,
  version?: string,
): StaleReason[] {
  const changes = classedChanges(container, asked)
    .filter((change) => isStronger(change.class, 'live'))
    .map(changeInWords);
  if (changes.length > 0) {
    const named = changes.slice(0, 3).join(', ') + (changes.length > 3 ? ` and ${changes.length - 3} more` : '');
    return [{ code: 'template_changed', message: `template changed: ${named}`, since }];
  }
  if (container.labels[labels.fingerprint] === asked.image.fingerprint) return [];
  if (version !== undefined && container.labels[labels.version] === version) {
    const message = 'what its image is made of changed: a Dockerfile, berth.lock, certificates, or a prebuilt image';
    return [{ code: 'image_changed', message, since }];
  }
  return [{ code: 'berth_changed', message: 'this version of Berth builds the image differently', since }];
}

/** What is told of a container by comparing it with its template. */
export interface Assessor {
  readonly assess: Assess;
  /**
   * Limits that the template asks for, as the last assessment of this container (by its id) found them, so that they cost
   * no look of their own; null where that could not be told.
   */
  readonly wantedLimits: (container: string) => WantedLimits | null;
  /** The template's `secrets`, as plain data, likewise. */
  readonly wantedSecrets: (container: string) => unknown;
}

interface Assessment {
  /** See {@link FilesLook}. */
  readonly key: string;
  /** What the template was made of when it was read. */
  readonly files: readonly string[];
  readonly found: Assessed;
  readonly limits: WantedLimits | null;
  readonly secrets: unknown;
}

/**
 * Compares containers with their templates. Reading templates is dear beside a look at the engine, so a verdict is kept
 * for as long as no file that could change it has changed. A template with errors says nothing: the container stays as it is.
 */
export function createAssess(
  home: BerthHome,
  connection: EngineConnection,
  templates: Templates,
  version: string,
  log: Logger,
): Assessor {
  const known = new Map<string, Assessment>();
  const assess: Assess = async (container, glance) => {
    const folder = container.labels[labels.folder] ?? '';
    const project = container.labels[labels.project] ?? '';
    const kept = known.get(container.id);
    const made = filesOfLabel(container.labels[labels.files]);
    const look = await lookAtFiles(home, folder, [...made, ...(kept?.files ?? [])], glance);
    if (look === null) {
      return { stale: [{ code: 'folder_moved', message: 'its folder is gone', since: null }], ports: null };
    }
    if (kept?.key === look.key) return kept.found;
    let found: Assessed = { stale: [], ports: null };
    let limits = madeLimits(container);
    let secrets: unknown = null;
    let files = kept?.files ?? [];
    if (!isAsMade(container, look, version)) {
      try {
        const state = await readProjectState(home, project);
        const { desiredFor, filesOf } = await import('./desired');
        const desired = await desiredFor(templates, await connection.get(), folder, state.template);
        const stale = staleReasons(container, desired, new Date(look.newest).toISOString(), version);
        found = {
          stale,
          git: desired.resolved.spec.git,
          ports: desired.resolved.spec.ports,
          thresholds: thresholdsOf(desired.resolved.spec),
        };
        limits = desired.resolved.spec.resources;
        secrets = desired.resolved.spec.secrets;
        files = filesOf(desired);
      } catch (error) {
        log.log('debug', `The template of ${folder} cannot be compared: ${messageOf(error)}`);
        // What mends it may be a file that nobody knows of yet, so this is not kept.
        known.delete(container.id);
        return { stale: [], ports: null };
      }
    }
    known.set(container.id, { key: look.key, files, found, limits, secrets });
    return found;
  };
  return {
    assess,
    wantedLimits: (container) => known.get(container)?.limits ?? null,
    wantedSecrets: (container) => known.get(container)?.secrets ?? null,
  };
}
