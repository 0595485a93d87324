import { access, realpath } from 'node:fs/promises';

/** Whether something is at a path, as far as this user can see. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** The real path, or the path itself where there is none: one name for each file, whatever way leads to it. */
export async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}
