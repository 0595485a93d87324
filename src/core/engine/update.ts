import { BerthError } from '../errors';
import type { Api } from './api';
import { containerGone, containerPath } from './container-path';
import { engineWords, statusOf } from './failures';
import type { LimitChange } from './types';

/** What the kernel, the engine and its runtime say when a container uses more memory than it is to have. */
const inUse = /device or resource busy|memory limit .*current usage|current usage.*memory limit/i;

/**
 * Gives a container other limits without a restart.
 * @returns the engine’s warnings
 * @throws BerthError `memory_in_use`, `engine_unsupported`, `container_gone`
 */
export async function updateContainer(
  api: Api,
  id: string,
  change: LimitChange,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const doing = `change the limits of the container ${id.slice(0, 40)}`;
  try {
    const body = updateBody(change);
    const own = [404, 405, 500, 501];
    const answer = await api.json('POST', containerPath(id, 'update'), { doing, body, signal, own });
    return (answer as { Warnings?: readonly string[] | null } | undefined)?.Warnings ?? [];
  } catch (error) {
    const words = engineWords(error);
    const status = statusOf(error);
    if (status === 404 && /no such container|no container with/i.test(words)) throw containerGone(id, error);
    if (status === 404 || status === 405 || status === 501) {
      throw new BerthError('engine_unsupported', 'This engine cannot change the limits of a container that is there.', {
        hint: 'Make the container anew: `berth up --rebuild`.',
        cause: error,
      });
    }
    if (status === 500 && change.memoryBytes !== undefined && inUse.test(words)) {
      throw new BerthError('memory_in_use', 'The container uses more memory than it is to have.', {
        hint: 'End what uses it, or stop the container: the next `berth up` starts it with the new limit.',
        cause: error,
      });
    }
    throw api.failure(error, doing, signal);
  }
}

/** The body of the engine's "update container": data in, data out. */
export function updateBody({
  cpus,
  memoryBytes,
  pids,
  restartAttempts,
}: LimitChange): Readonly<Record<string, unknown>> {
  return {
    ...(cpus === undefined ? {} : { NanoCpus: Math.round(cpus * 1e9) }),
    // With swap it is refused above what it was before; twice the memory is what the engine itself makes of a limit.
    ...(memoryBytes === undefined ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes * 2 }),
    ...(pids === undefined ? {} : { PidsLimit: pids }),
    ...(restartAttempts === undefined ? {} : { RestartPolicy: { Name: 'no' } }),
  };
}
