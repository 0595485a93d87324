import type { Progress } from '../log';

/** A line of the engine's answer to a pull or a push. */
export interface TransferLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly aux?: unknown;
}

interface Layer {
  readonly bytes: number;
  readonly total: number;
  readonly done: boolean;
}

const finished = /^(pull complete|already exists|pushed|layer already exists|mounted from )/i;
/** Every byte is here, though the layer is not ready yet; what counts from then on is another thing than bytes fetched. */
const arrived = /^(verifying checksum|download complete|extracting)/i;

/** Adds up what the engine tells layer by layer. Sizes are those told so far: a layer not begun yet has none. */
export class TransferReader {
  readonly #layers = new Map<string, Layer>();

  constructor(
    private readonly kind: 'pull' | 'push',
    private readonly image: string,
    private readonly progress: Progress,
  ) {}

  /** @throws TransferError with the engine's words where the line says that it failed */
  read(line: TransferLine): void {
    const error = line.errorDetail?.message ?? line.error;
    if (error !== undefined) throw new TransferError(error);
    const { id, status } = line;
    // With the tag as its id, this line is of no layer.
    if (id === undefined || status === undefined || status.startsWith('Pulling from ')) return;
    const { current, total } = line.progressDetail ?? {};
    const known = this.#layers.get(id) ?? { bytes: 0, total: 0, done: false };
    this.#layers.set(id, advance(known, status, current, total));
    const layers = [...this.#layers.values()];
    this.progress({
      kind: this.kind,
      image: this.image,
      layer: id,
      status,
      ...(current === undefined ? {} : { current }),
      ...(total === undefined ? {} : { total }),
      layers: { done: layers.filter(({ done }) => done).length, total: layers.length },
      bytes: { done: sum(layers, 'bytes'), total: sum(layers, 'total') },
    });
  }
}

/** The engine's own words for why a transfer ended. */
export class TransferError extends Error {}

function advance(known: Layer, status: string, current: number | undefined, total: number | undefined): Layer {
  if (finished.test(status)) return { bytes: known.total, total: known.total, done: true };
  if (arrived.test(status)) return { ...known, bytes: known.total };
  if (current === undefined) return known;
  // A push may send a little more than the size it told first.
  const whole = Math.max(total ?? 0, known.total, current);
  return { bytes: Math.max(known.bytes, current), total: whole, done: false };
}

function sum(layers: readonly Layer[], key: 'bytes' | 'total'): number {
  return layers.reduce((all, layer) => all + layer[key], 0);
}
