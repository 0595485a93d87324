import { BerthError } from '../../errors';
import type { ImagePlan, ImageSource, ImageTarget, PrebuiltLacks, ResolvedTemplate } from '../types';
import { certificateFiles } from './certificates';
import { fingerprintOf, tagOf } from './fingerprint';
import { dockerfile, headLayers, login, specLayers, userLayers } from './layers';
import { allLacking, isComplete, prebuiltLayers } from './prebuilt';

/**
 * Plans the image of a template: a function of the template, its target and what it is laid upon alone, byte for byte the
 * same each time.
 */
export function planImage(
  resolved: ResolvedTemplate,
  target: ImageTarget,
  source: ImageSource = namedSource(resolved),
): ImagePlan {
  const { spec, name } = resolved;
  const context = certificateFiles(target.certificates ?? []);
  const who = login(spec, target);
  const planned = (baseImage: string, text: (buildkit: boolean) => string, more: readonly unknown[]): ImagePlan => {
    const fingerprint = fingerprintOf([text(false), ...context.map(({ content }) => content), ...more]);
    const made = { dockerfile: text(target.buildkit), context, buildArgs: {}, baseImage, ...who };
    return { ...made, fingerprint, tag: tagOf(name, fingerprint) };
  };
  if (source.kind === 'prebuilt') {
    const text = (lacks: PrebuiltLacks, buildkit: boolean) =>
      dockerfile(prebuiltLayers(spec, { ...source, lacks }, { ...target, buildkit }));
    // What it lacks follows from which image it is, so the fingerprint is the same before anyone has looked.
    const plan = planned(source.from, (buildkit) => text(allLacking, buildkit), [source.id]);
    if (isComplete(source.lacks)) return { ...plan, dockerfile: '', context: [], tag: source.from, prebuilt: true };
    return { ...plan, dockerfile: text(source.lacks, target.buildkit) };
  }
  // Downloads are kept by the name that people know, so that another digest of it finds them again.
  const base = source.kind === 'base' ? (spec.base_image ?? source.from) : source.own.bases.join(' ');
  const from = source.kind === 'base' ? source.from : source.own.tag;
  const text = (buildkit: boolean) =>
    dockerfile([
      ...headLayers(from, { base, buildkit }, target.certificates ?? []),
      ...specLayers(spec, base, buildkit, resolved.aptShares),
      ...userLayers(spec, base, { ...target, buildkit }),
    ]);
  if (source.kind === 'dockerfile') return { ...planned(from, text, []), own: source.own };
  return planned(from, text, source.identity === undefined ? [] : [source.identity]);
}

/** What can be told by the template alone: its base by name, or a prebuilt image that nobody has looked into yet. */
function namedSource({ spec, name }: ResolvedTemplate): ImageSource {
  if (spec.base_image !== undefined) return { kind: 'base', from: spec.base_image };
  if (spec.image !== undefined) {
    return { kind: 'prebuilt', from: spec.image, id: null, lacks: allLacking };
  }
  throw new BerthError('internal', `The Dockerfile of the template ${name} has not been read.`);
}
