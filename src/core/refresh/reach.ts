import { dirname } from 'node:path';
import type { ContainerDetail } from '../engine/types';
import { BerthError } from '../errors';
import type { ProjectRow } from '../model';
import { isWithin, realOf } from '../paths';
import type { Desired } from '../projects/desired';
import { expanded } from '../projects/host-paths';
import { specAtMaking, type MadeSpec } from '../projects/made-spec';
import { isRecord, listChange, orderedJson } from '../projects/spec-diff';
import { resolvedSpec } from '../templates/schema';
import type { TemplateSpec } from '../templates/schema';

/** What a container that a person made has: its spec, and the limits of now, which `up` may have changed since. */
export interface Agreed {
  readonly made: MadeSpec;
  readonly limits: ContainerDetail['limits'];
}

/** Images that Berth made, of any project: what is in them is for that project alone. */
const ownImage = /^(?:localhost\/)?(?:berth|berth-snapshot)\//;

/**
 * What a template asks for, of this machine and of other projects, beyond what a person agreed to when the container was
 * made. Programs in the container can write the template, so nobody but a person takes these up; what concerns the container
 * alone, such as packages, services or its environment, is not among them. In a few words each. Pure.
 */
export function widened({ made, limits }: Agreed, wanted: TemplateSpec, bases: readonly string[] = []): string[] {
  const usual = resolvedSpec.parse({ image: 'x' });
  // Another version may not have known a field: it was as it is for who says nothing.
  const had = <K extends keyof TemplateSpec>(key: K): TemplateSpec[K] => {
    const [value, other]: readonly unknown[] = [made[key], usual[key]];
    return (isRecord(value) && isRecord(other) ? { ...other, ...value } : (value ?? other)) as TemplateSpec[K];
  };
  const found: string[] = [];
  const came = (
    path: string,
    before: readonly unknown[],
    after: readonly unknown[],
    word: (one: unknown) => string,
  ) => {
    const more = listChange(before, after).came;
    if (more.length > 0) found.push(`${path} ${more.map(word).join(', ')}`);
  };
  const now = (path: string, isMore: boolean, value: unknown) => {
    if (isMore) found.push(`${path}: ${String(value)}`);
  };

  const hosts = (volumes: TemplateSpec['volumes']) =>
    volumes.flatMap(({ host, container, mode }) => (host === undefined ? [] : [{ host, container, mode }]));
  const hostOf = (one: unknown): string => (isRecord(one) ? String(one['host']) : '');
  came('volumes', hosts(had('volumes')), hosts(wanted.volumes), hostOf);
  const published = (ports: TemplateSpec['ports']) => ports.filter(({ publish }) => publish);
  came('ports', published(had('ports')), published(wanted.ports), (one) =>
    isRecord(one) ? `${String(one['host'])} (published)` : '',
  );

  const [before, after] = [had('security'), wanted.security];
  came('security.allow_host_paths', before.allow_host_paths, after.allow_host_paths, String);
  came('security.cap_add', before.cap_add, after.cap_add, String);
  now('security.no_new_privileges', before.no_new_privileges && !after.no_new_privileges, false);
  now('security.read_only_root', before.read_only_root && !after.read_only_root, false);
  now('security.network', before.network === 'none' && after.network !== 'none', after.network);
  now('security.seccomp', after.seccomp !== 'default' && after.seccomp !== before.seccomp, after.seccomp);

  now('user.name', had('user').name !== wanted.user.name, wanted.user.name);
  now('user.sudo', !had('user').sudo && wanted.user.sudo, true);
  const { credentials } = wanted.git;
  now('git.credentials', credentials !== 'none' && credentials !== had('git').credentials, credentials);

  const [least, most] = [had('resources'), wanted.resources];
  now('resources.cpus', most.cpus > Math.max(least.cpus, limits.cpus ?? 0), most.cpus);
  now('resources.memory', most.memory > Math.max(least.memory, limits.memoryBytes ?? 0), most.memory);
  now('resources.pids', most.pids > Math.max(least.pids, limits.pids ?? 0), most.pids);
  now('resources.shm', most.shm > least.shm, most.shm);
  now('resources.nofile', most.nofile > least.nofile, most.nofile);
  now('resources.gpus', most.gpus !== 'none' && most.gpus !== least.gpus, most.gpus);

  const named = [made.base_image, made.image].map(String);
  const { dockerfile } = wanted;
  now('dockerfile', dockerfile !== undefined && orderedJson(made.dockerfile) !== orderedJson(dockerfile), dockerfile);
  for (const image of [wanted.base_image, wanted.image, ...bases]) {
    now('image', image !== undefined && ownImage.test(image) && !named.includes(image), image);
  }
  return found;
}

/**
 * Lets nobody but a person replace a container by one that has more of this machine.
 * @throws BerthError `refresh_waits`, with each of what it would have more
 */
export async function mustReachNoFurther(
  { name }: Pick<ProjectRow, 'name'>,
  former: Pick<ContainerDetail, 'labels' | 'limits'>,
  desired: Desired,
  command: string,
): Promise<void> {
  const more = await widenedBy({ made: specAtMaking(former), limits: former.limits }, desired);
  const [first] = more;
  if (first === undefined) return;
  const others = more.length === 1 ? '' : ` and ${more.length - 1} more`;
  throw new BerthError(
    'refresh_waits',
    `The template of ${name} asks for more than you agreed to when its container was made: ${first}${others}.`,
    {
      hint: `Programs in the container can write the template, so a person takes it up: look at it, then \`${command}\`.`,
      errors: more.map((message) => ({ message })),
    },
  );
}

/** The same for what a folder asks for now, with what only its files tell. */
async function widenedBy(agreed: Agreed, { resolved, image, folder }: Desired): Promise<string[]> {
  const found = widened(agreed, resolved.spec, image.own?.bases);
  const { seccomp } = resolved.spec.security;
  if (!seccomp.endsWith('.json')) return found;
  const at = resolved.origins.get('spec.security.seccomp')?.file ?? resolved.files[0] ?? folder;
  const profile = await realOf(expanded(seccomp, dirname(at)));
  // Its name says nothing of what is in it by now.
  return isWithin(profile, await realOf(folder)) ? [...found, `security.seccomp: ${seccomp}`] : found;
}
