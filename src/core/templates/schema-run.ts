import * as z from 'zod';
import { agentNames } from '../agents/table';
import { containerPath, environmentKey, extensionId, octalMode, persistPath, serviceName, volumeName } from './grammar';
import { mountTarget } from './schema-build';
import {
  commandText,
  duration,
  expectedIssue,
  flag,
  mapOf,
  named,
  namesOf,
  oneOf,
  readAs,
  whole,
} from './schema-parts';
import { parsePort, parsePortPair } from './units';

const engineSocket =
  /^(?:\/|\/(?:var\/)?run\/?|.*\/docker\.sock|.*\/podman\.sock|\/(?:var\/)?run\/podman\/?|\/var\/?)$/;

const hostPath = z
  .string('a path on this machine')
  .min(1, 'a path on this machine')
  .max(4096, 'a path of at most 4096 characters')
  .refine((path) => !/[\0\r\n]/.test(path), 'a path in one line')
  .refine((path) => !engineSocket.test(squeezed(path)), 'a folder that does not hold the engine’s socket');

/** A path without empty and `.` segments and with `..` taken back, as far as the text alone can say. */
function squeezed(path: string): string {
  const kept: string[] = [];
  for (const part of path.split(/[\\/]+/)) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return (/^[\\/]/.test(path) ? '/' : '') + kept.join('/');
}

const volume = z
  .strictObject(
    {
      host: hostPath
        .optional()
        .describe(
          'A folder or file on this machine: absolute, below `~`, or relative to the folder of the file that names it.',
        ),
      volume: named(volumeName).optional().describe('A named volume of this project, in place of `host`.'),
      container: mountTarget().describe('Where it is in the container.'),
      mode: oneOf('rw', 'ro').default('rw').describe('Writable or read-only.'),
    },
    'a map of host or volume, container and mode',
  )
  .refine((given) => (given.host === undefined) !== (given.volume === undefined), 'either host or volume');

export const volumes = z.array(volume, 'a list of volumes').default([]).describe('Folders and volumes to mount.');

/** One port as a template has it in the end, however it was written. */
export interface PortSpec {
  /** Inside the container. */
  readonly port: number;
  /** Wanted on 127.0.0.1 of this machine; a taken one moves to the next free one. */
  readonly host: number;
  /** Published by the engine for good, in place of forwarding. */
  readonly publish: boolean;
}

const portText = 'a port, such as 3000 or "8889:8888" (host:container)';
const portNumber = z.union([z.string(), z.number()], portText).transform((given, context) => {
  const port = parsePort(given);
  if (port === null) context.issues.push(expectedIssue('a port from 1 to 65535', given));
  return port ?? z.NEVER;
});

const portMap = z.strictObject(
  {
    port: portNumber.describe('The port in the container.'),
    host: portNumber.optional().describe('The port wanted on this machine; the same one if left out.'),
    publish: flag().default(false).describe('Whether the engine publishes it for good.'),
  },
  portText,
);

const portPair = z.union([z.string(), z.number()]).transform((given, context): PortSpec => {
  const pair = parsePortPair(given);
  if (pair !== null) return { ...pair, publish: false };
  context.issues.push(expectedIssue(portText, given));
  return z.NEVER;
});

// A plain union would say of a wrong map only that none of the forms fits; each form answers for itself here.
const port = readAs(z.union([z.number(), z.string(), portMap])).transform((given, context): PortSpec => {
  const isMap = typeof given === 'object' && given !== null && !Array.isArray(given);
  const parsed = (isMap ? portMap : portPair).safeParse(given, { error: () => portText });
  if (parsed.success) {
    const { port: inside, host = inside, publish } = parsed.data;
    return { port: inside, host, publish };
  }
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: given } as z.core.$ZodRawIssue);
  return z.NEVER;
});

export const ports = z
  .array(port, 'a list of ports')
  .default([])
  .describe('Ports forwarded to 127.0.0.1 while an editor or `berth forward` runs.');

const ready = z
  .strictObject(
    {
      http: portNumber.optional().describe('Ready when this port answers HTTP.'),
      tcp: portNumber.optional().describe('Ready when this port accepts a connection.'),
      command: commandText('a shell command').optional().describe('Ready when this command succeeds.'),
    },
    'a map of http, tcp or command',
  )
  .refine((given) => Object.values(given).filter((one) => one !== undefined).length === 1, 'one of http, tcp, command');

const restart = z
  .strictObject(
    {
      max: whole(0, 1000).default(5).describe('How often in a row it is started again before it is given up.'),
      backoff: duration()
        .prefault('5s')
        .describe('The wait before the second start in a row, which doubles each time; the first follows at once.'),
    },
    'a map of max and backoff',
  )
  .prefault({});

const serviceCommand = commandText('a shell command').describe('What is run, as the user, in the workspace.');

/** `command` may come from a parent: it is needed in the end only. */
const service = <C extends z.ZodType>(command: C) =>
  z.strictObject(
    {
      command,
      ready: ready.optional().describe('How it is known to be ready.'),
      restart: restart.describe('What is done when it dies.'),
      exclusive: flag().default(true).describe('Never two at once, not even during a refresh.'),
    },
    'a map with a command',
  );

const services = <C extends z.ZodType>(command: C) =>
  mapOf(serviceName, service(command), 'a map of service names')
    .default({})
    .describe('Long-running commands, supervised.');

export const layerServices = services(serviceCommand.optional());
export const wholeServices = services(serviceCommand);

/** Where a secret's value comes from. */
export type SecretSource =
  | { readonly kind: 'env' | 'file' | 'command' | 'editor' | 'generated'; readonly value: string }
  | { readonly kind: 'azure-keyvault'; readonly vault: string; readonly name: string };

const sourceText =
  'a source: env:NAME, file:PATH, command:COMMAND, editor:KEY, generated:NAME or azure-keyvault:VAULT/NAME';

function parseSource(text: string): SecretSource | null {
  const match = /^(env|file|command|editor|generated|azure-keyvault):([^\r\n\0]{1,4096})$/.exec(text);
  const [, kind, rest] = match ?? [];
  if (kind === undefined || rest?.trim() !== rest || rest === undefined) return null;
  if (kind === 'azure-keyvault') {
    // Azure's own rules: a vault has 3 to 24 letters, digits and dashes, a secret up to 127.
    const [, vault, name] = /^([A-Za-z][A-Za-z0-9-]{2,23})\/([A-Za-z0-9-]{1,127})$/.exec(rest) ?? [];
    return vault === undefined || name === undefined ? null : { kind, vault, name };
  }
  if (kind === 'env' && !environmentKey.pattern.test(rest)) return null;
  if (kind === 'generated' && !serviceName.pattern.test(rest)) return null;
  if (kind === 'editor' && !/^[A-Za-z0-9._/-]{1,128}$/.test(rest)) return null;
  return { kind: kind as 'env' | 'file' | 'command' | 'editor' | 'generated', value: rest };
}

const secretFrom = z
  .string(sourceText)
  .transform((given, context): SecretSource => {
    const source = parseSource(given);
    if (source !== null) return source;
    context.issues.push(expectedIssue(sourceText, given));
    return z.NEVER;
  })
  .describe('Where its value comes from.');

const secretPath = z
  .union([named(containerPath), named(persistPath)], persistPath.expected.replace('a folder', 'a file'))
  .describe('The file in the container, with `as: file`.');

const secret = <F extends z.ZodType>(from: F) =>
  z
    .strictObject(
      {
        from,
        as: oneOf('env', 'file').default('env').describe('An environment variable or a file.'),
        path: secretPath.optional(),
        mode: named(octalMode).default('0600').describe('Permissions of the file.'),
        required: flag().default(false).describe('Whether a missing one stops the container’s start.'),
      },
      'a map with from',
    )
    .refine((given) => given.as === 'file' || given.path === undefined, {
      message: 'as: file where a path is given',
      path: ['path'],
    });

const secrets = <F extends z.ZodType>(from: F) =>
  mapOf(environmentKey, secret(from), 'a map of secret names').default({}).describe('Secrets, never in the image.');

export const layerSecrets = secrets(secretFrom.optional());
export const wholeSecrets = secrets(secretFrom);

export const postCreate = z
  .array(commandText('a shell command'), 'a list of shell commands')
  .default([])
  .describe('Run once a container, as the user, in the workspace.');

export const postStart = z
  .array(commandText('a shell command'), 'a list of shell commands')
  .default([])
  .describe('Run at each start, as the user, in the workspace.');

export const git = z
  .strictObject(
    {
      identity: oneOf('host', 'none').default('host').describe('Whether name and email are the host’s.'),
      credentials: oneOf('none', 'token', 'agent').default('none').describe('What commands in it may push with.'),
    },
    'a map of identity and credentials',
  )
  .prefault({})
  .describe('How git works in the container.');

export const agents = z
  .array(oneOf(...agentNames), 'a list of agents')
  .default([])
  .describe('AI command lines to install, with their state persisted.');

export const editor = z
  .strictObject(
    {
      extensions: namesOf(extensionId).default([]).describe('Extensions to install in the container.'),
      settings: z
        .record(z.string(), z.json(), 'a map of settings')
        .default({})
        .describe('Settings for windows in the container.'),
    },
    'a map of extensions and settings',
  )
  .prefault({})
  .describe('What an editor in the container is set up with.');

export const idle = z
  .strictObject(
    {
      stop_after: duration(60_000, '1m').optional().describe('Stops the container when nothing used it for this long.'),
    },
    'a map of stop_after',
  )
  .prefault({})
  .describe('What happens when nobody uses it.');
