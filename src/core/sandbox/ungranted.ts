import { grantsFor, parentOf, type OfProject } from '../secrets/agent-wishes';
import { tellUngranted, type GrantPlace } from '../secrets/agent-verdict';
import { declaredSecrets } from '../secrets/declared';
import type { SecretWish } from '../secrets/types';
import type { Core } from '../types';

type Parts = Pick<Core, 'home' | 'templates'>;

/**
 * What to tell an agent of the secrets that its container's template wants and the user has not granted.
 * @param template its name or file @param from the folder that a relative one is looked for in
 * @throws BerthError `secret_not_granted`
 */
export async function ungranted(
  { home, templates }: Parts,
  project: OfProject,
  { template, from, place }: { readonly template: string; readonly from: string; readonly place: GrantPlace },
): Promise<readonly string[]> {
  const wanted = await wantedBy(templates, template, from);
  if (wanted.length === 0) return [];
  const granted = await grantsFor(home, project);
  return tellUngranted(
    wanted,
    granted.map(({ wish }) => wish),
    place,
  );
}

/** The same for a container by a key, by the template that Berth wrote for it. */
export async function ungrantedByKey(
  parts: Parts,
  project: OfProject,
  { file, from }: { readonly file: string; readonly from: string },
): Promise<readonly string[]> {
  const template = await parentOf(file);
  if (template === null) return [];
  // Nobody can grant beforehand what a snapshot's template wants: it is nobody's but this container's.
  const place = template.startsWith('.') ? null : ['--template', template];
  return ungranted(parts, project, { template, from, place });
}

/** What a template wants; nothing where it has errors, which its container's making tells. */
export async function wantedBy(
  templates: Parts['templates'],
  template: string,
  from: string,
): Promise<readonly SecretWish[]> {
  return templates.resolve(template, from).then(
    ({ spec }) => declaredSecrets(spec),
    () => [],
  );
}
