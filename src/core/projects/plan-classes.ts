import { isRecord, listChange } from './spec-diff';
import type { SpecChange } from './spec-diff';

/**
 * What a difference needs until it is true of the container, the weakest first. `nothing`: the container stays as it is;
 * `live`: the running container is changed; `restart`: it is stopped and started; `recreate`: another container of the
 * same image; `rebuild`: another image, and a container of it.
 */
export const differenceClasses = ['nothing', 'live', 'restart', 'recreate', 'rebuild'] as const;
export type DifferenceClass = (typeof differenceClasses)[number];

/** What a field's change needs, and why, in a few words. */
export interface Verdict {
  readonly class: DifferenceClass;
  readonly why: string;
}

interface Rule extends Verdict {
  /** What a `rebuild` needs all the same when the image comes out as it was. */
  readonly sameImage?: Verdict;
  /** A verdict for this change in place of the usual one; undefined: the usual one. `specs` are the whole ones. */
  readonly unless?: (change: SpecChange, specs: readonly unknown[]) => Verdict | undefined;
}

const rule = (kind: DifferenceClass, why: string, more: Omit<Rule, keyof Verdict> = {}): Rule => ({
  class: kind,
  why,
  ...more,
});
const rebuild = (why: string): Rule => rule('rebuild', why);
const recreate = (why: string): Rule => rule('recreate', why);
const nothing = (why: string): Rule => rule('nothing', why);

const atCreation = 'the engine takes it only when it makes a container';
const limit = rule('live', 'the engine changes it without a restart');
const berthReads = nothing('Berth itself reads it; the container does not know it');
const inImage = rebuild('it is part of the image');
const asItStarts = nothing('commands take it up as they start');
const nextWindow = nothing('an editor takes it up when it next connects');
const supervisor = recreate('the container brings them with it, so that they run with no editor there');
const secret = nothing('`berth up` or `berth secrets refresh` brings it in, without a restart');

/** A check that is not there has no interval, and so on. */
const healthcheck = rule(
  'recreate',
  'the engine runs the health command, and takes it only when it makes a container',
  {
    unless: (_change, specs) =>
      specs.some((spec) => at(spec, 'health', 'command') !== undefined)
        ? undefined
        : { class: 'nothing', why: 'there is no health.command that it would be for' },
  },
);

/** Forwarded ports are Berth's own doing, published ones the engine's. */
const ports = rule('nothing', 'Berth forwards it; the container does not know it', {
  unless: ({ before, after }) => {
    const { came, went } = listChange(listOf(before), listOf(after));
    const published = [...came, ...went].some((port) => isRecord(port) && port['publish'] === true);
    return published
      ? { class: 'recreate', why: 'the engine publishes ports only when it makes a container' }
      : undefined;
  },
});

/**
 * What each field of a template needs when it changes; an entry for a map or list of the user's own making stands for all
 * in it. A test walks the schema, so that no field is left out.
 */
const rules: Readonly<Record<string, Rule>> = {
  'metadata.name': nothing('a name for lists; the next container carries it'),
  'metadata.description': nothing('a text for lists'),
  'metadata.extends': nothing('what comes from parents is told by its own fields'),
  base_image: rebuild('all of the image is built on it'),
  dockerfile: rebuild('the image is built on it'),
  image: rebuild('it is another image'),
  build_args: rebuild('the build steps see it'),
  'packages.apt': inImage,
  'packages.pip': inImage,
  'packages.npm': inImage,
  'packages.cargo': inImage,
  'packages.go': inImage,
  run: rebuild('build steps run when the image is built'),
  'user.name': rebuild('the image has the user'),
  'user.sudo': rebuild('the image has the user’s rights'),
  'workspace.path': rule('rebuild', 'the image has the folder, and the container its mount', {
    sameImage: { class: 'recreate', why: atCreation },
  }),
  'workspace.mode': recreate(atCreation),
  environment: recreate(atCreation),
  volumes: recreate(atCreation),
  persist: recreate(atCreation),
  ports,
  services: supervisor,
  post_create: nothing('it runs once a container: the next one runs it'),
  post_start: rule('restart', 'it runs at each start'),
  'resources.cpus': limit,
  'resources.memory': limit,
  'resources.pids': limit,
  'resources.shm': recreate(atCreation),
  'resources.nofile': recreate(atCreation),
  'resources.gpus': recreate(atCreation),
  'health.command': healthcheck,
  'health.interval': healthcheck,
  'health.timeout': healthcheck,
  'health.retries': healthcheck,
  'health.max_age': berthReads,
  'health.max_disk': berthReads,
  'health.max_memory': berthReads,
  'health.on_stale': berthReads,
  'health.keep': berthReads,
  'security.cap_add': recreate(atCreation),
  'security.no_new_privileges': recreate(atCreation),
  'security.read_only_root': recreate(atCreation),
  'security.seccomp': recreate(atCreation),
  'security.network': recreate(atCreation),
  'security.allow_host_paths': nothing('a rule for volumes, which have fields of their own'),
  secrets: secret,
  'git.identity': asItStarts,
  'git.credentials': asItStarts,
  agents: rebuild('they are installed in the image'),
  'editor.extensions': nextWindow,
  'editor.settings': nextWindow,
  'idle.stop_after': recreate('what watches for it is part of what the container runs'),
};

/** Fields that have a rule of their own; what lies below one has its rule too. */
export const classedFields: readonly string[] = Object.keys(rules);

export interface ClassFacts {
  /** Both whole specs: a field may depend on another. */
  readonly specs: readonly unknown[];
  /** The image comes out as it was, whatever changed: another order of packages, another name for root. */
  readonly sameImage: boolean;
}

/** What one change of a spec needs. Pure. */
export function classify(change: SpecChange, facts: ClassFacts): Verdict {
  const own = ruleOf(change.path);
  if (own !== undefined) return verdict(own, change, facts);
  // A whole branch came or went, as in a container of another version: the strongest in it decides.
  const within = Object.entries(rules).filter(([path]) => path.startsWith(`${change.path}.`));
  const verdicts = within.map(([, each]) => verdict(each, change, facts));
  return verdicts.reduce<Verdict>((most, each) => (isStronger(each.class, most.class) ? each : most), {
    class: within.length === 0 ? 'recreate' : 'nothing',
    why: within.length === 0 ? 'this version of Berth does not know the field' : (verdicts[0]?.why ?? ''),
  });
}

function ruleOf(path: string): Rule | undefined {
  return Object.entries(rules).find(([known]) => path === known || path.startsWith(`${known}.`))?.[1];
}

function verdict(own: Rule, change: SpecChange, { specs, sameImage }: ClassFacts): Verdict {
  if (own.class === 'rebuild' && sameImage) {
    return own.sameImage ?? { class: 'nothing', why: 'the image comes out the same' };
  }
  return own.unless?.(change, specs) ?? { class: own.class, why: own.why };
}

/** True when a difference of class `one` needs more than one of class `other`. */
export function isStronger(one: DifferenceClass, other: DifferenceClass): boolean {
  return differenceClasses.indexOf(one) > differenceClasses.indexOf(other);
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, key) => (isRecord(here) ? here[key] : undefined), value);
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
