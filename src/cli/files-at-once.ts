import * as fs from 'node:fs';

/**
 * What stands for `node:fs/promises` in the file that is started again and again (see often.ts and esbuild.mjs): small files
 * of this machine, read at once. A process that has nothing else to do meanwhile is kept longer by handing each of them
 * to another thread, and by the threads themselves, than by reading it.
 */
const atOnce =
  <Words extends readonly unknown[], Told>(work: (...words: Words) => Told): ((...words: Words) => Promise<Told>) =>
  (...words) =>
    new Promise((resolve) => resolve(work(...words)));

export const access = atOnce(fs.accessSync);
export const link = atOnce(fs.linkSync);
export const lstat = atOnce(fs.lstatSync);
export const mkdir = atOnce(fs.mkdirSync);
export const readdir = atOnce(fs.readdirSync);
/** Which of them is not there is found out first: Node's own error for it takes longer than several reads. */
export const readFile = atOnce(((file: string, encoding: 'utf8') => {
  if (!fs.existsSync(file)) throw Object.assign(new Error(`There is no file ${file}`), { code: 'ENOENT' });
  return fs.readFileSync(file, encoding);
}) as typeof fs.readFileSync);
export const readlink = atOnce(fs.readlinkSync);
export const realpath = atOnce(fs.realpathSync.native);
export const rename = atOnce(fs.renameSync);
export const rm = atOnce(fs.rmSync);
export const stat = atOnce(fs.statSync);
export const unlink = atOnce(fs.unlinkSync);
export const writeFile = atOnce(fs.writeFileSync);
/** Who takes a handle has more to do with it: who reads a journal backwards. */
export const open: typeof fs.promises.open = (...words) => fs.promises.open(...words);
