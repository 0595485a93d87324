import { Buffer } from 'node:buffer';
import { BerthError } from '../errors';
import { limits as templateLimits } from '../templates/document';
import { parseLayer } from '../templates/load';
import { nearest } from '../templates/nearest';
import { toValue, type FieldPath } from '../templates/tree';
import type { Context, Handler } from './context';
import { editorHandlers } from './editor';
import { environmentHandlers } from './environment';
import { headHandlers, templateNameFor } from './head';
import { imageHandlers } from './image';
import { isList, isObject, type Json, type JsonObject } from './json';
import { Ledger, type Carried, type Needless, type NotCarried } from './ledger';
import { impliedSudo, lifecycleHandlers } from './lifecycle';
import { limitHandlers } from './limits';
import { portHandlers } from './ports';
import { runArgsHandlers } from './run-args';
import { securityHandlers } from './security';
import { settle, type Document } from './settle';
import { storageHandlers, workspacePaths } from './storage';
import { impliedUser, userHandlers } from './user';
import { substitute } from './variables';
import { templateText } from './write';

/** Facts about the place that a devcontainer.json is imported from and to. */
export interface ImportPlace {
  /** Name of the project's folder. */
  readonly folderName: string;
  /** How the source is called in the template's first comment, such as `.devcontainer/devcontainer.json`. */
  readonly source: string;
  /** From the template's folder to the source's, and to the project's; with `/` between, `.` for the same. */
  readonly toConfig: string;
  readonly toProject: string;
  /** Name of the template to extend where nothing names an image. */
  readonly fallback: string;
}

/** What a devcontainer.json comes to. Each part of it is in one of the three lists. */
export interface Imported {
  /** The template's name. */
  readonly name: string;
  /** The template as YAML; it is valid. */
  readonly text: string;
  readonly carried: readonly Carried[];
  readonly needless: readonly Needless[];
  readonly notCarried: readonly NotCarried[];
}

/** Every property that is known. Where two of them say something else, the later one in this order stands. */
const handlers: Readonly<Record<string, Handler>> = {
  ...headHandlers,
  ...imageHandlers,
  ...limitHandlers,
  ...userHandlers,
  ...storageHandlers,
  ...runArgsHandlers,
  ...securityHandlers,
  ...environmentHandlers,
  ...portHandlers,
  ...lifecycleHandlers,
  ...editorHandlers,
};

/**
 * Makes a template of a devcontainer.json. Nothing is dropped: what cannot be carried is listed with the reason. Pure.
 * @throws BerthError `devcontainer_invalid` where the template would be larger than one may be
 */
export function importDevcontainer(root: JsonObject, repeated: readonly FieldPath[], place: ImportPlace): Imported {
  const ledger = new Ledger();
  const context = contextFor(root, ledger, place);
  for (const from of repeated) ledger.lose(from, 'It is given twice, and the last one counts.');
  if (!root.has('workspaceFolder') && !root.has('workspaceMount')) {
    const note = 'the default there, kept since scripts may name it';
    ledger.carry(['workspaceFolder'], ['spec', 'workspace', 'path'], context.places.workspacePath, note);
  }
  for (const [name, handle] of Object.entries(handlers)) {
    const value = root.get(name);
    if (value === null) ledger.needless([name], 'It is empty.');
    else if (value !== undefined) handle(context, value, [name]);
  }
  impliedUser(context);
  impliedSudo(context);
  tellRest(ledger, root, []);

  const named = root.get('name');
  const name = templateNameFor(
    typeof named === 'string' ? substitute(named, context.places).text : undefined,
    place.folderName,
  );
  const settled = settle(ledger, { name, fallback: place.fallback });
  return { name, ...written(ledger, settled, place) };
}

function contextFor(root: JsonObject, ledger: Ledger, place: ImportPlace): Context {
  const folderName = place.folderName.replaceAll(/[^A-Za-z0-9._@+-]+/g, '-');
  const containerEnv = new Map<string, string>();
  const given = root.get('containerEnv');
  for (const [key, value] of isObject(given) ? given : []) {
    if (typeof value === 'string' && !value.includes('${')) containerEnv.set(key, value);
  }
  const places = { folderName, ...workspacePaths(root, folderName), containerEnv };
  return { ledger, places, root, toConfig: place.toConfig, toProject: place.toProject };
}

/** Whatever no part of the import has said a word about, told where it is nearest to the top. */
function tellRest(ledger: Ledger, value: Json, path: FieldPath): void {
  if (path.length > 0 && ledger.covers(path)) return;
  if (path.length > 0 && isEmpty(value)) {
    ledger.needless(path, 'It is empty.');
    return;
  }
  const items: readonly (readonly [string | number, Json])[] = isList(value)
    ? value.map((item, index) => [index, item])
    : isObject(value)
      ? [...value]
      : [];
  const known = path.length === 1 && Object.hasOwn(handlers, String(path[0])) && items.length > 0;
  const below = path.length === 0 || known || items.some(([key]) => ledger.touches([...path, key]));
  if (below) for (const [key, item] of items) tellRest(ledger, item, [...path, key]);
  else tellUnknown(ledger, path);
}

/** Whether nothing is said by it: null, or brackets around nothing else. */
function isEmpty(value: Json): boolean {
  if (isList(value)) return value.every(isEmpty);
  return value === null || (isObject(value) && [...value.values()].every(isEmpty));
}

function tellUnknown(ledger: Ledger, path: FieldPath): void {
  const near = path.length === 1 ? nearest(String(path[0]), Object.keys(handlers)) : null;
  ledger.lose(path, 'It is no property that Berth knows.', near === null ? undefined : `perhaps ${near} was meant`);
}

function written(ledger: Ledger, document: Document, place: ImportPlace): Omit<Imported, 'name'> {
  const report = ledger.report();
  const remarks = ledger.assemble().placed.flatMap(({ entry: { note }, path }) => {
    return note === undefined ? [] : [{ path, text: note }];
  });
  const text = templateText(document, place.source, report.notCarried, remarks);
  if (Buffer.byteLength(text) > templateLimits.bytes) {
    const most = `${templateLimits.bytes / 1024} KiB`;
    throw new BerthError(
      'devcontainer_invalid',
      `The template would be larger than ${most}, which is the most there is.`,
    );
  }
  const { tree, problems } = parseLayer(text, 'berth.yaml');
  const [problem] = problems;
  // The schema has taken the document, so this would be a mistake of the writing.
  if (tree === null || problem !== undefined) throw new Error(problem?.message ?? 'the template cannot be read again');
  if (JSON.stringify(sorted(toValue(tree))) !== JSON.stringify(sorted({ ...document }))) {
    throw new Error('the template does not read as it was written');
  }
  return { text, ...report };
}

/** With the keys of maps in order, and without a spec that says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => !isEmptyMap(item));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sorted(item)]));
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
