import { objectIn, textIn, wrongKind, type Context, type Handler } from './context';
import { isObject, type Json } from './json';
import type { FieldPath } from '../templates/tree';
import { wholeLocalEnv } from './variables';

/** One variable of the container. A value that is this machine's variable and nothing else becomes a secret. */
export function variable(context: Context, name: string, value: Json, from: FieldPath, more?: string): void {
  const { ledger } = context;
  const plain = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  const local = typeof plain === 'string' ? wholeLocalEnv(plain) : null;
  if (local !== null && (local.fallback === null || local.fallback === '')) {
    const note = 'taken from this machine when the container starts';
    ledger.carry(from, ['spec', 'secrets', name], { from: `env:${local.name}`, as: 'env' }, joined(note, more));
    return;
  }
  const made = textIn(context, plain, from);
  if (made !== null) ledger.carry(from, ['spec', 'environment', name], made.text, joined(made.note, more));
}

function joined(...notes: readonly (string | undefined)[]): string | undefined {
  const given = notes.filter((note) => note !== undefined);
  return given.length === 0 ? undefined : given.join('; ');
}

const containerEnv: Handler = (context, value, from) => {
  const remote = context.root.get('remoteEnv');
  for (const [name, item] of objectIn(context, value, from) ?? []) {
    const path = [...from, name];
    if (isObject(remote) && remote.has(name)) {
      context.ledger.lose(path, 'remoteEnv gives it another value, and a template has one environment.');
    } else variable(context, name, item, path);
  }
};

const remoteEnv: Handler = (context, value, from) => {
  for (const [name, item] of objectIn(context, value, from) ?? []) {
    const path = [...from, name];
    if (item === null) {
      context.ledger.lose(path, 'A variable cannot be taken away for sessions alone.');
    } else variable(context, name, item, path, 'services see it too');
  }
};

const userEnvProbe: Handler = ({ ledger }, value, from) => {
  if (value === 'none') ledger.needless(from, 'No shell is asked for its environment.');
  else {
    const instead = 'name the variables in environment';
    ledger.lose(from, 'No shell is asked for its environment; commands see the container’s own.', instead);
  }
};

/** Secrets are only recommended there: a name and what it is for. */
const secrets: Handler = (context, value, from) => {
  for (const [name, about] of objectIn(context, value, from) ?? []) {
    const path = [...from, name];
    if (!isObject(about)) {
      wrongKind(context.ledger, about, path, 'an object');
      continue;
    }
    const note = 'taken from this machine when the container starts';
    context.ledger.carry(path, ['spec', 'secrets', name], { from: `env:${name}`, as: 'env' }, note);
    for (const key of about.keys()) {
      context.ledger.lose([...path, key], 'A template has no words about a secret.', 'a comment beside it');
    }
  }
};

/** What processes see. */
export const environmentHandlers: Readonly<Record<string, Handler>> = {
  secrets,
  containerEnv,
  remoteEnv,
  userEnvProbe,
};
