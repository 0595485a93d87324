import { basename, dirname } from 'node:path';

/** Templates by their names alone, wherever they lie. */
const named = /^(?:berth(?:\.local)?\.yaml|.+\.berth\.ya?ml)$/;

/** The same for the editor's own watching. */
export const templateNames = ['berth.yaml', 'berth.local.yaml', '*.berth.yaml', '*.berth.yml'];

/** Pure: whether the name of a file alone says that it is a template. */
export function isTemplateName(name: string): boolean {
  return named.test(name);
}

/** Pure: whether a file is a template: by its name, or because it lies in the user's folder of templates. */
export function isTemplateFile(path: string, userTemplatesDir: string): boolean {
  return isTemplateName(basename(path)) || (dirname(path) === userTemplatesDir && isYaml(path));
}

/** Pure: whether a file can be a template's parent, which may have any name. */
export function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}
