import { rmSync } from 'node:fs';

const files = new Set<string>();
let listens = false;

/**
 * Names in a dial folder that are to be gone when this process is: one that has done its work ends at once, whatever is under
 * way. @returns says that they are gone already
 */
export function goneAtExit(names: readonly string[]): () => void {
  for (const name of names) files.add(name);
  if (!listens) {
    listens = true;
    process.once('exit', () => {
      for (const file of files) rmSync(file, { force: true });
    });
  }
  return () => {
    for (const name of names) files.delete(name);
  };
}
