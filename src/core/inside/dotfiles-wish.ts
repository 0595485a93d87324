/** A person's own configuration files, for the home folders of all of their containers. */
export interface Dotfiles {
  /** What `git clone` takes: a URL, `git@HOST:PATH`, or `OWNER/NAME` of GitHub; or an absolute path of this machine. */
  readonly repository: string;
  /** Run in the folder when it is there; left out, the usual script in it, or links in the home folder. */
  readonly installCommand?: string;
  /** Where it goes in the container; left out, `~/dotfiles`. */
  readonly targetPath?: string;
}

/** Settings as they come, empty texts and wrong types left out; null without a repository. Pure. */
export function dotfilesOf(
  given: Readonly<Record<'repository' | 'installCommand' | 'targetPath', unknown>>,
): Dotfiles | null {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' && !value.includes('\0') ? value.trim() : undefined;
  const repository = text(given.repository);
  if (repository === undefined) return null;
  const [installCommand, targetPath] = [text(given.installCommand), text(given.targetPath)];
  return {
    repository,
    ...(installCommand === undefined ? {} : { installCommand }),
    ...(targetPath === undefined ? {} : { targetPath }),
  };
}
