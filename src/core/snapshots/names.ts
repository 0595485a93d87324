import { BerthError } from '../errors';
import type { ProjectIdentity } from '../model';

const repository = 'berth-snapshot';

/** Whether a text can name a snapshot: what an image's tag can hold, in lower case, 60 characters at most. */
export function isSnapshotName(text: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,59}$/.test(text);
}

/** The name of a snapshot that got none: its time in UTC, to the second. */
export function nameByTime(time: Date): string {
  const [day = '', clock = ''] = time.toISOString().split('T');
  return `${day.replaceAll('-', '')}-${clock.slice(0, 8).replaceAll(':', '')}`;
}

/**
 * The image's name. Not of those that built images have, so that nothing which clears these away takes it for one.
 * @throws BerthError `bad_usage`
 */
export function snapshotTag({ id, name }: Pick<ProjectIdentity, 'id' | 'name'>, snapshot: string): string {
  if (isSnapshotName(snapshot)) return `${repository}/${name}-${id.slice(0, 6)}:${snapshot}`;
  throw new BerthError('bad_usage', `"${snapshot}" cannot name a snapshot.`, {
    hint: 'Use up to 60 lower-case letters, digits, dashes, dots and underscores, a letter or digit first.',
  });
}

/** Whether an image has such a name. Podman puts `localhost/` before a name without a registry. */
export function isSnapshotTag(tag: string): boolean {
  return new RegExp(`^(?:localhost/)?${repository}/[^:]+:`).test(tag);
}

/** A note as its label holds it: one line, without what only a terminal reads. */
export function noteLine(note: string): string {
  return note
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 500);
}
