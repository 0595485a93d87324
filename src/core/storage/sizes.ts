import { timeLimit } from '../abort';
import { runAsRoot } from '../engine/run-as-root';
import type { ContainerDetail, Engine, EngineMount } from '../engine/types';
import { shellQuote } from '../quote';
import { isBelow } from './persist';

/** How long a size is taken for true, in milliseconds: to measure is dear, and sizes change slowly. */
const trueFor = 5 * 60_000;

/** Sizes of volumes in bytes, by name. */
export type VolumeSizes = ReadonlyMap<string, number>;

/** Remembers sizes for a while, for one engine at a time. */
export class SizeMemory {
  #known = new Map<string, { readonly bytes: number; readonly at: number }>();
  #engine = '';

  constructor(private readonly now: () => number = Date.now) {}

  /** Those that are known and young enough. */
  of(engine: string, volumes: readonly string[]): VolumeSizes {
    const found = new Map<string, number>();
    if (engine !== this.#engine) return found;
    for (const name of volumes) {
      const known = this.#known.get(name);
      if (known !== undefined && this.now() - known.at < trueFor) found.set(name, known.bytes);
    }
    return found;
  }

  keep(engine: string, sizes: VolumeSizes): void {
    if (engine !== this.#engine) this.#known = new Map();
    this.#engine = engine;
    for (const [name, bytes] of sizes) this.#known.set(name, { bytes, at: this.now() });
  }
}

/**
 * Measures volumes: in the running container that has them, else by the engine, which looks at all of its volumes. What
 * takes longer than `patienceMs` is left out. Never throws but for the signal: a size is a nicety.
 */
export async function measure(
  engine: Engine,
  container: ContainerDetail | null,
  volumes: readonly string[],
  options: { readonly memory: SizeMemory; readonly patienceMs: number; readonly insideOnly: boolean },
  signal?: AbortSignal,
): Promise<VolumeSizes> {
  const { id } = engine.info;
  const { memory, patienceMs, insideOnly } = options;
  const missing = volumes.filter((name) => !memory.of(id, volumes).has(name));
  if (missing.length === 0) return memory.of(id, volumes);
  const limit = timeLimit(patienceMs);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const mounts = container?.state === 'running' ? container.mounts : [];
    const inside = mounts.some((mount) => mount.kind === 'volume' && missing.includes(mount.volume));
    if (container !== null && inside) memory.keep(id, await measureInside(engine, container, either));
    const left = missing.some((name) => !memory.of(id, volumes).has(name));
    if (left && !insideOnly) memory.keep(id, await engine.volumeSizes(either));
  } catch {
    signal?.throwIfAborted();
  }
  return memory.of(id, volumes);
}

async function measureInside(
  engine: Engine,
  { id, mounts }: ContainerDetail,
  signal: AbortSignal,
): Promise<VolumeSizes> {
  const targets = mounts.flatMap((one) => (one.kind === 'volume' ? [one.target] : []));
  const script = `for each in ${targets.map(shellQuote).join(' ')}; do du -skx "$each" 2>/dev/null; done`;
  const { stdout } = await runAsRoot(engine, id, ['/bin/sh', '-c', script], signal);
  return sizesInside(stdout, mounts);
}

/**
 * Sizes out of what `du -sk` tells of each mount, in KiB. Volumes of one disk count with those that they are mounted in, so
 * that is taken off again. Pure.
 */
export function sizesInside(told: string, mounts: readonly EngineMount[]): VolumeSizes {
  const whole = new Map(
    told.split('\n').flatMap((line): [string, number][] => {
      const [, size, path] = /^(\d+)\s+(\/.*)$/.exec(line) ?? [];
      return size === undefined || path === undefined ? [] : [[path, Number(size) * 1024]];
    }),
  );
  const sizes = new Map<string, number>();
  for (const mount of mounts) {
    const all = whole.get(mount.target);
    if (mount.kind !== 'volume' || all === undefined) continue;
    const inner = [...whole].filter(([path]) => path !== mount.target && isBelow(path, mount.target));
    const outermost = inner.filter(([path]) => !inner.some(([other]) => other !== path && isBelow(path, other)));
    sizes.set(mount.volume, Math.max(0, all - outermost.reduce((sum, [, size]) => sum + size, 0)));
  }
  return sizes;
}
