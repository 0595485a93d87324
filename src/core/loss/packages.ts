import type { ContainerChange } from '../engine/types';
import { shellQuote } from '../quote';
import type { PromotablePackage } from './types';

/** What the changes alone tell of packages that were installed since the image. */
export interface FoundPackages {
  /** Names of dpkg's, architecture included where dpkg tells it. */
  readonly apt: readonly string[];
  /** Folders `…/NAME-VERSION.dist-info`. `requested`: by name, not for another's sake (PEP 376). */
  readonly pip: readonly { readonly folder: string; readonly name: string; readonly requested: boolean }[];
  /** Folders of packages right below a global `node_modules`. */
  readonly npm: readonly { readonly folder: string; readonly name: string }[];
}

/** Pure. */
export function packagesIn(changes: readonly ContainerChange[]): FoundPackages {
  const added = changes.filter(({ kind }) => kind === 'added').map(({ path }) => path);
  const all = new Set(added);
  return {
    apt: added.flatMap(
      (path) => /^\/var\/lib\/dpkg\/info\/([a-z0-9][a-z0-9.+-]*(?::[a-z0-9]+)?)\.list$/.exec(path)?.[1] ?? [],
    ),
    pip: added.flatMap((folder) => {
      const name = /\/(?:site|dist)-packages\/([A-Za-z0-9._]+)-[^/-]+\.dist-info$/.exec(folder)?.[1];
      return name === undefined ? [] : [{ folder, name, requested: all.has(`${folder}/REQUESTED`) }];
    }),
    npm: added.flatMap((folder) => {
      const name = /^\/usr\/(?:local\/)?lib\/node_modules\/((?:@[^/@]+\/)?[^/@]+)$/.exec(folder)?.[1];
      return name === undefined ? [] : [{ folder, name }];
    }),
  };
}

/**
 * For a shell in the container, as root: prints `manual NAME` for each package that somebody asked apt for, then `file PATH`
 * for each file that belongs to one of the packages. Null where there is nothing to ask. Pure.
 */
export function ownersScript({ apt, pip, npm }: FoundPackages): string | null {
  const lines = [
    ...(apt.length === 0
      ? []
      : [
          `apt-mark showmanual ${apt.map(shellQuote).join(' ')} 2>/dev/null | sed 's/^/manual /'`,
          ...apt.map((name) => `sed 's/^/file /' ${shellQuote(`/var/lib/dpkg/info/${name}.list`)}`),
          ...apt.map((name) => `ls -d /var/lib/dpkg/info/${shellQuote(name)}.* | sed 's/^/file /'`),
        ]),
    // Its paths are relative to the folder that the package lies in; a name with a comma is in quotes, and left alone.
    ...pip.map(
      ({ folder }) =>
        `cd ${shellQuote(folder.slice(0, folder.lastIndexOf('/')))} && cut -d, -f1 ${shellQuote(`${folder}/RECORD`)} | xargs -r -d '\\n' realpath -ms | sed 's/^/file /'`,
    ),
    ...npm.map(({ folder }) => {
      const bin = `${folder.slice(0, folder.indexOf('/lib/node_modules/'))}/bin`;
      return `for link in ${shellQuote(bin)}/*; do case "$(readlink -f "$link")" in ${shellQuote(folder)}/*) echo "file $link";; esac; done`;
    }),
  ];
  return lines.length === 0 ? null : `(\n${lines.join('\n')}\n) 2>/dev/null; true`;
}

/** What the container answered. */
export interface Owners {
  readonly manual: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

/** Pure. */
export function ownersOf(answer: string): Owners {
  const words = (kind: string): string[] =>
    answer.split('\n').flatMap((line) => (line.startsWith(`${kind} `) ? [line.slice(kind.length + 1)] : []));
  // dpkg lists files by the names that they had before /bin, /lib and /sbin became links.
  return {
    manual: new Set(words('manual')),
    files: new Set(
      words('file').flatMap((path) => [path, ...(/^\/(bin|sbin|lib\w*)\//.test(path) ? [`/usr${path}`] : [])]),
    ),
  };
}

/** Those that somebody asked for, by manager and name; what came for their sake is not named. Pure. */
export function promotable(found: FoundPackages, owners: Owners | null): PromotablePackage[] {
  const asked = found.apt.filter((name) => owners === null || owners.manual.has(name));
  return [
    ...asked.map((name) => ({ manager: 'apt' as const, name: name.replace(/:.*$/, '') })),
    // A pip that writes no such mark leaves it open, so each counts.
    ...found.pip
      .filter(({ requested }) => requested || found.pip.every((one) => !one.requested))
      .map(({ name }) => ({ manager: 'pip' as const, name })),
    ...found.npm.map(({ name }) => ({ manager: 'npm' as const, name })),
  ];
}
