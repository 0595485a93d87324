import { any, parseVersion, satisfies, type Version } from './detect-range';
import type { Asked, Language } from './detect-versions';

interface Known {
  /** The official image's name. */
  readonly repository: string;
  /** Versions whose images are known to be there in the shapes that the built-in templates use; newest first. */
  readonly versions: readonly string[];
}

const minors = (major: number, newest: number, oldest: number): string[] =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => `${major}.${newest - index}`);

/** The only images that a detection ever names; from the lists of tags of the official images for Debian bookworm. */
const known: Readonly<Record<Language, Known>> = {
  python: { repository: 'python', versions: minors(3, 14, 9) },
  node: { repository: 'node', versions: ['24', '22', '20', '18'] },
  go: { repository: 'golang', versions: minors(1, 25, 21) },
  rust: { repository: 'rust', versions: minors(1, 91, 70) },
  java: { repository: 'eclipse-temurin', versions: ['25', '21', '17', '11', '8'] },
};

/** What a template's image has of a language, and what a folder gets. */
export interface Choice {
  /** As a tag names it; null where the template's image is none of the known ones. */
  readonly version: string | null;
  /** Another base image than the template's own. */
  readonly baseImage: string | null;
  /** What was asked for, where no known image has it. */
  readonly unmet: string | null;
}

/**
 * Chooses the version of a language: the template's own where it will do, else the newest known one that was asked for.
 * Nothing that a folder's files say gets into the image's name but by way of the list of known ones. Pure.
 */
export function chooseImage(language: Language, asked: Asked | null, baseImage: string | null): Choice {
  const { repository, versions } = known[language];
  const [, name, has = '', suffix = ''] =
    /^([a-z-]+):([0-9]+(?:\.[0-9]+){0,2})(-[a-z0-9.-]+)?$/.exec(baseImage ?? '') ?? [];
  const own = name === repository ? parseVersion(has) : null;
  if (own === null) return { version: null, baseImage: null, unmet: null };
  const keep = (unmet: string | null): Choice => ({ version: has, baseImage: null, unmet });
  if (asked === null || fits(own, asked, language)) {
    // `rust:1` is the newest there is, which says less than what the folder asks for.
    const open = own[1] === any && language !== 'node' && language !== 'java';
    return { ...keep(null), ...(open && asked !== null ? { version: asked.text } : {}) };
  }
  const wanted = versions.find((version) => {
    const parsed = parseVersion(version);
    return parsed !== null && fits(parsed, asked, language);
  });
  if (wanted === undefined) return keep(asked.text);
  return { version: wanted, baseImage: `${repository}:${wanted}${suffix}`, unmet: null };
}

/** Patches do not count, nor minor versions where an image's tag has none. */
function fits(version: Version, asked: Asked, language: Language): boolean {
  if (asked.kind === 'range') return satisfies(version, asked.range);
  const [major, minor] = asked.version;
  if (version[0] !== major) return false;
  return language === 'node' || language === 'java' || minor === any || version[1] === minor;
}
