import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { localFile, projectFile } from '../templates/sources';
import type { Desired } from './desired';

/** Where templates that can be named lie, and what the environment says. */
export interface LookedIn {
  readonly userTemplatesDir: string;
  readonly builtInDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Every path that a plan was made from or that was looked for on the way, those too that were not there: a file that
 * comes there would take part. What a Dockerfile of one's own copies is not among them. Pure.
 */
export function filesOfPlan({ resolved, image, folder }: Desired, places: LookedIn): readonly string[] {
  const chain = resolved.files;
  const beside = [...new Set([folder, ...chain.map((file) => dirname(file))])];
  const own = [projectFile, localFile, 'berth.lock'];
  const askers = [folder, ...chain.map((file) => dirname(file))];
  const files = [
    ...chain,
    ...beside.flatMap((place) => own.map((name) => join(place, name))),
    ...chain.flatMap((file, index) => namesakes(file, askers[index] ?? folder, places)),
    ...namedDockerfiles(resolved),
    // Where links lead.
    ...(image.own === undefined ? [] : [image.own.file]),
    ...(places.env['BERTH_EXTRA_CA_CERTS'] ?? '')
      .split(delimiter)
      .flatMap((path) => (path === '' ? [] : [resolve(path)])),
  ];
  return [...new Set(files)];
}

/** All files that the name of a template could have meant, for one who asks from a folder. */
function namesakes(file: string, asker: string, { userTemplatesDir, builtInDir }: LookedIn): string[] {
  const name = basename(file).replace(/(?:\.berth)?\.ya?ml$/, '');
  return ['yaml', 'yml'].flatMap((end) => [
    join(asker, `${name}.berth.${end}`),
    join(userTemplatesDir, `${name}.${end}`),
    join(builtInDir, `${name}.${end}`),
  ]);
}

/** Where a Dockerfile of the template's own may be: as it is named, or in a folder of that name. Empty for none. Pure. */
export function namedDockerfiles({ spec, origins, files }: Desired['resolved']): string[] {
  if (spec.dockerfile === undefined) return [];
  const at = origins.get('spec.dockerfile')?.file ?? files[0] ?? '';
  const named = resolve(dirname(at), spec.dockerfile);
  return [named, join(named, 'Dockerfile')];
}
