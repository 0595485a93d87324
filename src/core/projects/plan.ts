import { labels } from '../model';
import type { ContainerDetail, ContainerSummary } from '../engine/types';
import { parseSpec, partOf, specAtMaking } from './made-spec';
import { classify, isStronger } from './plan-classes';
import type { DifferenceClass, Verdict } from './plan-classes';
import { limitDifferences } from './plan-limits';
import type { WantedLimits } from './plan-limits';
import { mountDifferences } from './plan-mounts';
import type { HostSources } from './plan-mounts';
import { shownChange } from './plan-values';
import { specChanges } from './spec-diff';
import type { SpecChange } from './spec-diff';
import type { PlanDifference } from './types';

/** What a folder's template asks for, as far as a container can be compared with it. */
export interface Asked {
  /** As the label `dev.berth.spec` has it. */
  readonly spec: string;
  readonly image: { readonly fingerprint: string };
}

export type ClassedChange = SpecChange & Verdict;

/** How the template differs from what the container was made from, each field with what it needs. Pure. */
export function classedChanges(container: Pick<ContainerSummary, 'labels'>, asked: Asked): ClassedChange[] {
  const text = container.labels[labels.spec] ?? '';
  if (text === asked.spec) return [];
  const [had, wanted] = [parseSpec(text), parseSpec(asked.spec)];
  const sameImage = had !== null && container.labels[labels.fingerprint] === asked.image.fingerprint;
  const facts = { specs: [had, wanted], sameImage };
  return specChanges(had ?? {}, wanted).map((change) => ({ ...change, ...classify(change, facts) }));
}

export interface PlanFacts {
  readonly container: ContainerDetail;
  readonly asked: Asked & { readonly template: string; readonly resources: WantedLimits };
  /** The project's folder as it is now. */
  readonly folder: string;
  readonly engineCpus: number;
  /** Where the host paths of its volumes lead now. */
  readonly hostSources: HostSources;
}

/** Every difference between a container and what its folder asks for now, the strongest first. Pure. */
export function planDifferences(facts: PlanFacts): PlanDifference[] {
  const { container, asked, folder, engineCpus } = facts;
  const changes = classedChanges(container, asked);
  const volumesChanged = changes.some(({ path }) => path === 'volumes');
  // Limits are compared with what the engine enforces, which may have changed since.
  const others = changes.filter(({ class: kind }) => kind !== 'live');
  const found: PlanDifference[] = [
    ...labelDifferences(container, folder, asked.template),
    ...others.map((change) => ({
      path: change.path,
      ...shownChange(change),
      class: change.class,
      why: change.why,
    })),
    ...(volumesChanged ? [] : mountDifferences(container.mounts, facts.hostSources)),
    ...imageDifference(container, asked, changes),
    ...limitDifferences(container.limits, madeLimits(container), asked.resources, engineCpus),
  ];
  return found.sort((a, b) => (isStronger(a.class, b.class) ? -1 : isStronger(b.class, a.class) ? 1 : 0));
}

/** The strongest of them; `nothing` where there are none. Pure. */
export function strongest(differences: readonly { readonly class: DifferenceClass }[]): DifferenceClass {
  return differences.reduce<DifferenceClass>(
    (most, one) => (isStronger(one.class, most) ? one.class : most),
    'nothing',
  );
}

function labelDifferences(container: ContainerDetail, folder: string, template: string): PlanDifference[] {
  const { [labels.folder]: mounted = '', [labels.template]: name = '' } = container.labels;
  return [
    ...(mounted === folder
      ? []
      : [difference('folder', mounted, folder, { class: 'recreate', why: 'the folder is mounted where it was' })]),
    ...(name === template
      ? []
      : [
          difference(
            'metadata.name',
            name,
            template,
            classify({ path: 'metadata.name', before: name, after: template }, { specs: [], sameImage: false }),
          ),
        ]),
  ];
}

/** An image that comes out otherwise though no field says why. */
function imageDifference(
  container: ContainerDetail,
  asked: Asked,
  changes: readonly ClassedChange[],
): PlanDifference[] {
  const had = container.labels[labels.fingerprint] ?? '';
  const { fingerprint } = asked.image;
  if (had === fingerprint || changes.some((change) => change.class === 'rebuild')) return [];
  const why = 'this version of Berth, the folder’s owner or a file that the image is made of is another';
  return [difference('fingerprint', had.slice(0, 12), fingerprint.slice(0, 12), { class: 'rebuild', why })];
}

function difference(path: string, before: string, after: string, verdict: Verdict): PlanDifference {
  return { path, before: before === '' ? null : before, after, ...verdict };
}

/** What the template said of limits when the container was made; null where the label cannot tell. Pure. */
export function madeLimits(container: Pick<ContainerSummary, 'labels'>): WantedLimits | null {
  const { cpus, memory, pids } = partOf(specAtMaking(container), 'resources');
  return typeof cpus === 'number' && typeof memory === 'number' && typeof pids === 'number'
    ? { cpus, memory, pids }
    : null;
}
