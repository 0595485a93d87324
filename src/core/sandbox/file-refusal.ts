import { BerthError } from '../errors';

/** What to throw for a word that a script of file-script.ts said in place of `ok`. */
export function fileRefusal(word: string, path: string, why: string): BerthError {
  const named = JSON.stringify(path.slice(0, 200));
  const failed = (what: string, hint: string): BerthError =>
    new BerthError('file_failed', `${named} ${what}.`, { hint });
  switch (word) {
    case 'missing':
      return new BerthError('file_not_found', `There is no ${named} in the container.`, {
        hint: 'See what there is with fs_list.',
      });
    case 'outside':
      return new BerthError('file_outside', `${named} does not lie in the workspace or a mount of the template.`, {
        hint: 'Paths are relative to the workspace; what lies elsewhere is reached by a command.',
      });
    case 'home':
      return new BerthError('file_outside', `${named} lies in the home folder, which only commands reach.`, {
        hint: 'Use a command; ./~ is a file of that name in the workspace.',
      });
    case 'changed':
      return fileChanged(path);
    case 'folder':
      return failed('is a folder', 'See what is in it with fs_list.');
    case 'file':
      return failed('is no folder', 'Read it with fs_read.');
    case 'full':
      return failed('is a folder that is not empty', 'Say recursive to delete it with all that is in it.');
    case 'root':
      return failed('is the workspace itself, or a mount', 'Delete what is in it.');
    case 'special':
      return failed('is neither a file nor a folder', 'Use a command for it.');
    case 'late':
      return failed(
        'did not answer in time',
        'Try again; see with ps and fuser whether a program keeps it or its folder.',
      );
    case 'part':
      return failed('was not written, since only a part of it arrived', 'Write it again.');
    case 'loop':
      return failed('leads through too many symbolic links', 'See where they lead with fs_stat.');
    default:
      return new BerthError('file_failed', `${named} could not be used: permission denied.`, {
        hint: 'See its mode with fs_stat; commands run as the same user.',
        cause: why,
      });
  }
}

/** Another has changed the file meanwhile, or it is there although it must not be. */
export function fileChanged(path: string): BerthError {
  return new BerthError('file_changed', `${JSON.stringify(path.slice(0, 200))} is not what was expected.`, {
    hint: 'Read it again and decide anew.',
  });
}
