import { timeLimit } from '../abort';
import { cancelled } from '../errors';
import { longestValue, longestVariable, sourceTimeoutMs } from './limits';
import { withoutLineEnd } from './line-end';
import { readSecretFile } from './source-file';
import type { Found, SecretWish, SourceContext } from './types';

/** Reads one secret at its source, within ten seconds. Never throws but for an aborted signal. */
export async function readSource(wish: SecretWish, context: SourceContext, signal?: AbortSignal): Promise<Found> {
  const limit = timeLimit(sourceTimeoutMs);
  const found = await read(wish, context, signal === undefined ? limit : AbortSignal.any([signal, limit]), signal);
  if (signal?.aborted === true) throw cancelled();
  return found.kind === 'value' ? fitting(found.bytes, wish) : found;
}

async function read(
  { from }: SecretWish,
  context: SourceContext,
  limited: AbortSignal,
  signal?: AbortSignal,
): Promise<Found> {
  switch (from.kind) {
    case 'env': {
      const value = context.env[from.value] ?? '';
      return value === ''
        ? { kind: 'absent', why: `the variable ${from.value} is not set here` }
        : { kind: 'value', bytes: Buffer.from(value) };
    }
    case 'file':
      return within(readSecretFile(from.value, context), limited, `${from.value} could not be read in time`);
    case 'command':
      return (await import('./source-command')).readCommand(from.value, context, sourceTimeoutMs, signal);
    case 'editor':
      return context.storage === null
        ? { kind: 'absent', why: 'the editor’s secret storage is absent here: an editor window brings it in' }
        : within(stored(context.storage.get(from.value), from.value), limited, 'the editor did not answer in time');
    case 'generated':
      return context.generated === undefined
        ? { kind: 'absent', why: 'it cannot be made here' }
        : { kind: 'value', bytes: Buffer.from(await context.generated(from.value)) };
    case 'azure-keyvault': {
      const { readKeyVault } = await import('./source-keyvault');
      const late = `the vault ${from.vault} did not answer in time`;
      return within(readKeyVault(from, context, limited), limited, late);
    }
  }
}

async function stored(asked: Promise<string | undefined>, key: string): Promise<Found> {
  try {
    const value = (await asked) ?? '';
    if (value !== '') return { kind: 'value', bytes: Buffer.from(value) };
    return { kind: 'absent', why: `the editor has no secret ${key}: set it with “Berth: Set Secret…”` };
  } catch {
    return { kind: 'failed', why: 'the editor’s secret storage could not be read' };
  }
}

/** What can hang and not be ended is no longer waited for. */
function within(work: Promise<Found>, limited: AbortSignal, why: string): Promise<Found> {
  return new Promise((resolve, reject) => {
    const late = (): void => resolve({ kind: 'failed', why });
    limited.addEventListener('abort', late, { once: true });
    work.then(resolve, reject).finally(() => limited.removeEventListener('abort', late));
  });
}

/** Whether a value can be what the secret is to become. Pure. */
export function fitting(bytes: Buffer, { as }: Pick<SecretWish, 'as'>): Found {
  if (bytes.length > longestValue) return { kind: 'failed', why: `it has more than ${longestValue / 1024} KiB` };
  if (as === 'file') return { kind: 'value', bytes };
  const value = withoutLineEnd(bytes);
  if (value.length === 0) return { kind: 'absent', why: 'it is empty' };
  if (value.includes(0)) return { kind: 'failed', why: 'it holds a NUL, which no variable can' };
  if (value.length > longestVariable) {
    return { kind: 'failed', why: `it has more than ${longestVariable / 1024} KiB, which no variable can` };
  }
  return { kind: 'value', bytes: value };
}
