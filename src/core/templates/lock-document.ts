import * as z from 'zod';
import type { ErrorDetail } from '../errors';
import { parseTemplateText } from './document';
import { imageReference, type Grammar } from './grammar';
import { findings } from './issues';
import { mapOf, named } from './schema-parts';
import { toValue } from './tree';
import type { LockedImage, LockedImages } from './types';

const digest: Grammar = {
  pattern: /^sha256:[0-9a-f]{64}$/,
  expected: 'a digest, such as sha256: and 64 hexadecimal digits',
  max: 71,
};

const platform: Grammar = {
  pattern: /^[a-z0-9]+\/[a-z0-9_]+$/,
  expected: 'a platform, such as linux/amd64',
  max: 40,
};

const entry = z
  .strictObject(
    { digest: named(digest).optional(), ids: mapOf(platform, named(digest), 'a map of platforms to ids').optional() },
    'a map with a digest',
  )
  .refine((image) => (image.digest === undefined) !== (image.ids === undefined), 'either a digest or ids');

const lockDocument = z.strictObject(
  {
    version: z.literal(1, { error: '1, the only version that this Berth knows' }),
    images: mapOf(imageReference, entry, 'a map of images'),
  },
  'a lock file',
);

/** A lock file's text as data, or everything that is wrong with it and where. Pure. */
export function parseLock(
  text: string,
  file: string,
): { readonly images: LockedImages; readonly problems: readonly ErrorDetail[] } {
  const { tree, problems } = parseTemplateText(text, file);
  if (tree === null || problems.length > 0) return { images: {}, problems: problems.map(aboutLock) };
  const value = toValue(tree);
  const checked = lockDocument.safeParse(value);
  if (checked.success) return { images: checked.data.images as LockedImages, problems: [] };
  const found = findings(checked.error, lockDocument, tree, value);
  return { images: {}, problems: found.map(({ detail }) => aboutLock(detail)) };
}

/** The words of the template's own checks, for another kind of file. */
function aboutLock(detail: ErrorDetail): ErrorDetail {
  const words = (text: string) => text.replace(/\ba template\b/gi, 'a lock file');
  const { expected } = detail;
  return {
    ...detail,
    message: words(detail.message),
    ...(expected === undefined ? {} : { expected: words(expected) }),
  };
}

/** A lock file's text: the same images give the same text, whatever their order. Pure. */
export function lockText(images: LockedImages): string {
  const lines = Object.entries(images)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, image]) => [`  ${JSON.stringify(name)}:`, ...entryText(image)]);
  return [
    '# The exact images that the templates here are built on. Berth writes this file; commit it.',
    '# `berth build --lock` takes the newest, `--frozen` insists on these.',
    'version: 1',
    lines.length === 0 ? 'images: {}' : 'images:',
    ...lines,
    '',
  ].join('\n');
}

function entryText(image: LockedImage): string[] {
  if ('digest' in image) return [`    digest: ${image.digest}`];
  const ids = Object.entries(image.ids).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['    # It comes from no registry: only an engine that has this very image can use it.', '    ids:'].concat(
    ids.map(([name, id]) => `      ${name}: ${id}`),
  );
}
