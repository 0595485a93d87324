import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

type Compile = (this: NodeJS.Module, code: string, file: string) => unknown;
const loader = (Module as unknown as { prototype: { _compile: Compile } }).prototype;

/** Bytes of the sum that stands before what was compiled: V8 itself takes a torn file for a whole one. */
const sumBytes = 8;
/** One word of four bytes in so many is part of the sum: files are torn by sectors of 512 bytes and more. */
const step = 128;

/**
 * What `enableCompileCache` does, for a Node that has none or a process that is not ours alone, and for the one file that is
 * read again and again: keeps what V8 made of it for the next process, in a file of `folder` named after it, and so after
 * what is in it. From then on it is compiled when it is loaded, with every function that the first process used.
 * @param prefix how the file's name begins, of those that lie beside this one
 * @param before what is done first where something has to be written
 * @returns writes it down where nothing was found; call it once the file has done its work
 */
export function keepCompiled(prefix: string, folder: string, before: () => void = () => undefined): () => void {
  let keep: () => void = () => undefined;
  let isLoaded = false;
  const usual = loader._compile;
  const own: Compile = function (code, file) {
    if (isLoaded || dirname(file) !== __dirname || !basename(file).startsWith(prefix))
      return usual.call(this, code, file);
    isLoaded = true;
    // Where another extension has put its own in front meanwhile, that stays.
    if (loader._compile === own) loader._compile = usual;
    const cache = join(folder, `${basename(file)}.${process.version}.${process.arch}`);
    const cachedData = readCompiled(cache);
    const script = new Script(Module.wrap(code), { filename: file, ...(cachedData === null ? {} : { cachedData }) });
    if (cachedData === null || script.cachedDataRejected === true) keep = () => writeCompiled(cache, script, before);
    const made = script.runInThisContext() as (this: unknown, ...words: readonly unknown[]) => unknown;
    return made.call(this.exports, this.exports, createRequire(file), this, file, dirname(file));
  };
  loader._compile = own;
  return () => keep();
}

function readCompiled(cache: string): Buffer | null {
  try {
    const kept = readFileSync(cache);
    const data = kept.subarray(sumBytes);
    return sumOf(data).equals(kept.subarray(0, sumBytes)) ? data : null;
  } catch {
    return null;
  }
}

/** A home that cannot be written to costs the time alone. */
function writeCompiled(cache: string, script: Script, before: () => void): void {
  try {
    const data = script.createCachedData();
    before();
    const draft = `${cache}.${process.pid}`;
    mkdirSync(dirname(cache), { recursive: true, mode: 0o700 });
    writeFileSync(draft, Buffer.concat([sumOf(data), data]), { mode: 0o600 });
    renameSync(draft, cache);
  } catch {
    return;
  }
}

/** Its length, and of its words what tells torn from whole: a digest takes longer to load than all this is worth. */
function sumOf(data: Buffer): Buffer {
  const words = new DataView(data.buffer, data.byteOffset, data.length);
  let sum = 0;
  for (let at = 0; at + 4 <= data.length; at += 4 * step) sum = ((sum << 5) | (sum >>> 27)) ^ words.getInt32(at, true);
  const told = Buffer.alloc(sumBytes);
  told.writeUInt32LE(data.length, 0);
  told.writeInt32LE(sum, 4);
  return told;
}
