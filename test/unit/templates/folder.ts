import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { ErrorDetail } from '../../../src/core/errors';
import { parseLayer } from '../../../src/core/templates/load';
import { createTemplates } from '../../../src/core/templates';
import type { Templates } from '../../../src/core/templates/types';

export const builtInDir = resolve(__dirname, '../../../templates');

/** A template's text with this spec; `head` lies over its metadata. */
export function template(spec: string, head = 'name: probe'): string {
  return `apiVersion: devcontainer/v1\nkind: Template\nmetadata:\n  ${head.replaceAll('\n', '\n  ')}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`;
}

/** What is wrong in a text, shortened to `line:column path`. */
export function places(problems: readonly ErrorDetail[]): string[] {
  return problems.map(({ line, column, path }) => `${line ?? '?'}:${column ?? '?'} ${path ?? ''}`.trim());
}

/** The problems of one spec, read as a file of its own. Its first line is line 6. */
export function problemsOf(spec: string): readonly ErrorDetail[] {
  return parseLayer(template(spec), 'probe.yaml').problems;
}

/** A folder of template files, and the room reading from it. */
export class TemplateFolder {
  private constructor(
    readonly dir: string,
    readonly templates: Templates,
  ) {}

  static async create(files: Readonly<Record<string, string>>): Promise<TemplateFolder> {
    const dir = await mkdtemp(join(tmpdir(), 'berth-unit-'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(dir, name)), { recursive: true });
      await writeFile(join(dir, name), text);
    }
    return new TemplateFolder(dir, createTemplates({ builtInDir: join(dir, 'built-in'), userDir: join(dir, 'user') }));
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  async validate(name: string): Promise<ErrorDetail[]> {
    return this.templates.validate(this.path(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true });
  }
}
