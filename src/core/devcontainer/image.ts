import { posix } from 'node:path';
import { listIn, lost, objectIn, textIn, wrongKind, type Context, type Handler } from './context';
import { featureAdvice } from './features';
import type { Json } from './json';
import type { FieldPath } from '../templates/tree';

/** Images of the format's own makers say in a label who logs in. */
const ownImages = /^mcr\.microsoft\.com\/(?:vscode\/)?devcontainers\/([a-z-]+)/;
const nodeImages = new Set(['javascript-node', 'typescript-node']);

/** The user that an image brings by itself and that a session in it has without `remoteUser`; null where that is not known. */
export function userOfImage(image: Json | undefined): string | null {
  const name = typeof image === 'string' ? ownImages.exec(image)?.[1] : undefined;
  if (name === undefined) return null;
  return nodeImages.has(name) ? 'node' : 'vscode';
}

const image: Handler = (context, value, from) => {
  const made = textIn(context, value, from);
  if (made === null) return;
  if (dockerfileOf(context) !== null) {
    context.ledger.lose(from, 'A Dockerfile is given too, and that is what is built.');
  } else context.ledger.carry(from, ['spec', 'base_image'], made.text, made.note);
};

const build: Handler = (context, value, from) => {
  const parts = objectIn(context, value, from);
  for (const [key, part] of parts ?? []) {
    const path = [...from, key];
    if (key === 'dockerfile' || key === 'dockerFile') dockerfile(context, part, path);
    else if (key === 'context') buildContext(context, part, path);
    else if (key === 'args') buildArgs(context, part, path);
    else if (key === 'target') target(context, part, path);
    else if (key === 'cacheFrom') context.ledger.needless(path, 'The engine’s own build cache is used.');
    else if (key === 'options') context.ledger.lose(path, 'Options of `docker build` cannot be given.');
  }
};

/** Paths in the file are relative to it; those in a template are relative to the template. */
function dockerfile(context: Context, value: Json, from: FieldPath): void {
  const made = textIn(context, value, from);
  if (made === null) return;
  const path = posix.join(context.toConfig, made.text.replaceAll('\\', '/'));
  context.ledger.carry(from, ['spec', 'dockerfile'], path, made.note);
}

function buildContext(context: Context, value: Json, from: FieldPath): void {
  const made = textIn(context, value, from);
  if (made === null) return;
  const file = dockerfileOf(context);
  const folder = posix.normalize(posix.join(context.toConfig, made.text.replaceAll('\\', '/'))).replace(/\/$/, '');
  const own = file === null ? null : posix.dirname(posix.join(context.toConfig, file));
  if (folder === own) context.ledger.needless(from, 'It is the folder that the Dockerfile lies in.');
  else {
    context.ledger.lose(
      from,
      'A template names a Dockerfile and no context of its own; the context is the folder it lies in.',
      'move the Dockerfile there, or what it copies beside it',
    );
  }
}

function dockerfileOf({ root }: Context): string | null {
  const parts = root.get('build');
  const file = parts instanceof Map ? ((parts as ReadonlyMap<string, Json>).get('dockerfile') ?? null) : null;
  const named = file ?? root.get('dockerFile') ?? null;
  return typeof named === 'string' ? named : null;
}

function buildArgs(context: Context, value: Json, from: FieldPath): void {
  for (const [name, argument] of objectIn(context, value, from) ?? []) {
    const path = [...from, name];
    const plain = typeof argument === 'number' || typeof argument === 'boolean' ? String(argument) : argument;
    const made = textIn(context, plain, path);
    if (made !== null) context.ledger.carry(path, ['spec', 'build_args', name], made.text, made.note);
  }
}

function target(context: Context, _: Json, from: FieldPath): void {
  context.ledger.lose(
    from,
    'A template builds the last stage of its Dockerfile.',
    'put that stage last, or into a file of its own',
  );
}

const features: Handler = (context, value, from) => {
  for (const [id, options] of objectIn(context, value, from) ?? []) featureAdvice(context, id, options, [...from, id]);
};

const compose = 'Several containers described by Compose are not one container of a template.';

/** Where the image comes from. */
export const imageHandlers: Readonly<Record<string, Handler>> = {
  image,
  build,
  dockerFile: dockerfile,
  context: buildContext,
  features,
  overrideFeatureInstallOrder: lost('Features are not installed.'),
  dockerComposeFile: lost(
    compose,
    'name the service’s image as base_image; run databases as containers beside it, or as services inside',
  ),
  service: lost(compose),
  runServices: (context, value, from) => {
    if (listIn(context, value, from) !== null) context.ledger.lose(from, compose);
  },
};

/** For a text or a list of texts. @returns null, having told it, for anything else */
export function textsIn(context: Context, value: Json, from: FieldPath): readonly Json[] | null {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  return Array.isArray(value) ? (value as readonly Json[]) : wrongKind(context.ledger, value, from, 'a text or a list');
}
