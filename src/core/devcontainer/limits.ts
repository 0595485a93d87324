import { objectIn, type Context, type Handler } from './context';
import { isObject, scalarText, type Json } from './json';
import type { FieldPath } from '../templates/tree';

const least = 'there the least that the machine must have, here what the container may use';

/** What the machine must have there, at least; here it is what the container may use. Limits among the runArgs are nearer. */
const hostRequirements: Handler = (context, value, from) => {
  for (const [key, item] of objectIn(context, value, from) ?? []) {
    const path = [...from, key];
    if (key === 'cpus' || key === 'memory') context.ledger.carry(path, ['spec', 'resources', key], plain(item), least);
    else if (key === 'storage') context.ledger.lose(path, 'A template does not ask for disk space.');
    else if (key === 'gpu') gpu(context, item, path);
  }
};

function gpu({ ledger }: Context, value: Json, from: FieldPath): void {
  const field = ['spec', 'resources', 'gpus'];
  if (value === false) ledger.needless(from, 'No GPU is given unless one is asked for.');
  else if (value === true) ledger.carry(from, field, 'all');
  else if (isObject(value)) {
    ledger.carry(from, field, 'all', 'whatever cores and memory they have');
  } else ledger.lose(from, 'A container gets the GPUs it names, or is not started.', 'resources: { gpus: all }');
}

function plain(value: Json): unknown {
  return typeof value === 'number' ? value : scalarText(value);
}

/** What the container is given. */
export const limitHandlers: Readonly<Record<string, Handler>> = { hostRequirements };
