import { BerthError } from '../../errors';
import type { ImagePlan, ImageTarget, ResolvedTemplate } from '../types';
import { fingerprintOf, tagOf } from './fingerprint';
import { dockerfile, headLayers, login, specLayers, userLayers } from './layers';

/** Plans the image of a template: a function of the template and its target alone, byte for byte the same each time. */
export function planImage(resolved: ResolvedTemplate, target: ImageTarget): ImagePlan {
  const { spec } = resolved;
  const base = spec.base_image;
  if (base === undefined) {
    throw new BerthError('template_not_supported', `The template ${resolved.name} has no base_image to build on.`);
  }
  const text = (buildkit: boolean) =>
    dockerfile([
      ...headLayers(base, buildkit),
      ...specLayers(spec, base, buildkit),
      ...userLayers(spec, base, { ...target, buildkit }),
    ]);
  const fingerprint = fingerprintOf([text(false)]);
  return {
    dockerfile: text(target.buildkit),
    context: [],
    buildArgs: {},
    fingerprint,
    tag: tagOf(resolved.name, fingerprint),
    baseImage: base,
    ...login(spec, target),
  };
}
