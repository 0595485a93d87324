import { parsePort } from '../templates/units';
import { lost, objectIn, wrongKind, type Context, type Handler } from './context';
import { textsIn } from './image';
import { scalarText, type Json } from './json';
import type { FieldPath } from '../templates/tree';

const field = ['spec', 'ports'];

const forwardPorts: Handler = (context, value, from) => {
  for (const [index, item] of (textsIn(context, value, from) ?? []).entries()) {
    forward(context, item, Array.isArray(value) ? [...from, index] : from);
  }
};

function forward({ ledger, root }: Context, item: Json, from: FieldPath): void {
  if (typeof item !== 'string' && typeof item !== 'number') {
    wrongKind(ledger, item, from, 'a port');
    return;
  }
  const [, host, port = String(item)] = /^(.*):([^:]*)$/.exec(String(item)) ?? [];
  const number = parsePort(port);
  if (number === null) ledger.lose(from, 'It is no port from 1 to 65535.');
  else if (host !== undefined && host !== 'localhost' && host !== '127.0.0.1') {
    ledger.lose(from, 'It is a port of another container; ports are forwarded from this one.');
  } else if (publishedIn(root.get('appPort')).has(number)) ledger.needless(from, 'appPort publishes it.');
  else ledger.append(from, field, number);
}

/** Ports of the container that `appPort` publishes. */
function publishedIn(value: Json | undefined): ReadonlySet<number> {
  const items: readonly Json[] = Array.isArray(value) ? (value as readonly Json[]) : value === undefined ? [] : [value];
  const ports = items.map((item) =>
    parsePort(
      scalarText(item)
        .replace(/^.*:/, '')
        .replace(/\/tcp$/, ''),
    ),
  );
  return new Set(ports.filter((port) => port !== null));
}

const appPort: Handler = (context, value, from) => {
  for (const [index, item] of (textsIn(context, value, from) ?? []).entries()) {
    const path = Array.isArray(value) ? [...from, index] : from;
    if (typeof item === 'string' || typeof item === 'number') publish(context, String(item), path, '');
    else wrongKind(context.ledger, item, path, 'a port');
  }
};

/** `[ADDRESS:][HOST:]PORT[/PROTOCOL]`, as `docker run --publish` has it. */
export function publish({ ledger }: Context, text: string, from: FieldPath, flag: string): void {
  const [, address, host, inside = '', protocol = 'tcp'] =
    /^(?:(?:(.*):)?([0-9]*):)?([0-9]+)(?:\/([a-z]+))?$/.exec(text) ?? [];
  const port = parsePort(inside);
  const outside = host === undefined || host === '' ? port : parsePort(host);
  if (port === null || outside === null) {
    ledger.lose(from, `${flag}A template publishes one port at a time, from 1 to 65535.`, 'each port by itself');
  } else if (protocol !== 'tcp') ledger.lose(from, `${flag}Only TCP ports are forwarded and published.`);
  else {
    const note = address === undefined || address === '' ? undefined : 'without its address';
    ledger.append(from, field, { port, ...(outside === port ? {} : { host: outside }), publish: true }, note);
  }
}

const attributes: Handler = (context, value, from) => {
  for (const [port, about] of objectIn(context, value, from) ?? []) {
    const path = [...from, port];
    if (about instanceof Map && about.size > 0) {
      for (const key of (about as ReadonlyMap<string, Json>).keys()) {
        context.ledger.lose([...path, key], 'Ports have no labels and no rules for what opens by itself.');
      }
    } else context.ledger.lose(path, 'Ports have no attributes.');
  }
};

/** Which ports are reached from this machine. */
export const portHandlers: Readonly<Record<string, Handler>> = {
  forwardPorts,
  appPort,
  portsAttributes: attributes,
  otherPortsAttributes: lost('Only the ports that are named are forwarded.'),
};
