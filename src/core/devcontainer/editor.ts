import { listIn, lost, objectIn, textIn, wrongKind, type Context, type Handler } from './context';
import { isList, isObject, toPlain, type Json } from './json';
import type { FieldPath } from '../templates/tree';

const customizations: Handler = (context, value, from) => {
  for (const [tool, parts] of objectIn(context, value, from) ?? []) {
    const path = [...from, tool];
    if (tool !== 'vscode') {
      context.ledger.lose(path, 'Only extensions and settings of VS Code and its relatives are known.');
      continue;
    }
    for (const [key, part] of objectIn(context, parts, path) ?? []) {
      if (key === 'extensions') extensions(context, part, [...path, key]);
      else if (key === 'settings') settings(context, part, [...path, key]);
      else if (key === 'devPort') devPort(context, part, [...path, key]);
    }
  }
};

const extensions: Handler = (context, value, from) => {
  for (const [index, item] of (listIn(context, value, from) ?? []).entries()) {
    extension(context, item, [...from, index]);
  }
};

function extension({ ledger }: Context, item: Json, from: FieldPath): void {
  if (typeof item !== 'string') {
    wrongKind(ledger, item, from, 'a text');
    return;
  }
  if (item.startsWith('-')) {
    ledger.lose(from, 'It takes an extension away that the image or a feature brings; neither brings any here.');
    return;
  }
  const [id = '', version] = item.split('@');
  ledger.append(from, ['spec', 'editor', 'extensions'], id, version === undefined ? undefined : 'without its version');
}

const settings: Handler = (context, value, from) => {
  for (const [key, item] of objectIn(context, value, from) ?? []) {
    setting(context, item, [...from, key], ['spec', 'editor', 'settings', key]);
  }
};

/** Objects are taken apart, since a null in one of them cannot be written: it takes a field away. */
function setting(context: Context, value: Json, from: FieldPath, to: FieldPath): void {
  const { ledger } = context;
  if (value === null) ledger.lose(from, 'A null takes a field out of a template, so it cannot be a setting’s value.');
  else if (isObject(value) && value.size > 0) {
    for (const [key, item] of value) setting(context, item, [...from, key], [...to, key]);
  } else if (holdsNull(value)) {
    ledger.lose(from, 'A null takes a field out of a template, so it cannot be part of a setting’s value.');
  } else {
    // The editor's own `${workspaceFolder}` stays; only the format's variables are filled in.
    const made = typeof value === 'string' ? textIn(context, value, from) : { text: toPlain(value) };
    if (made !== null) ledger.carry(from, to, made.text);
  }
}

/** Whether a map somewhere in it holds one; in a list a null stays. */
function holdsNull(value: Json): boolean {
  if (isList(value)) return value.some((item) => item !== null && holdsNull(item));
  return isObject(value) && [...value.values()].some((item) => item === null || holdsNull(item));
}

const devPort = lost('The editor’s server chooses its own ways; no port is opened for it.');

/** What an editor is set up with. `extensions` and `settings` at the top are the format's older places. */
export const editorHandlers: Readonly<Record<string, Handler>> = { customizations, extensions, settings, devPort };
