import { stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { TemplateEntry } from '../../core/templates/types';
import { withBuildProgress } from '../notify/build-progress';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { VirtualTexts } from '../virtual-texts';
import type { Commands } from './registry';
import { folderFor, requireTrust } from './target';

export function registerTemplates(commands: Commands, parts: Parts, texts: VirtualTexts): void {
  const { session } = parts;

  const workspace = (): string | undefined => session.window.folders.find(({ scheme }) => scheme === 'file')?.path;

  /** Without a folder of this machine in the window an image is for this user's home. */
  const folder = (): string => workspace() ?? homedir();

  /** The template in what a command was called with, else the folder's own, else the user's pick. */
  const templateFor = async (target: unknown): Promise<TemplateEntry | undefined> => {
    if (typeof target === 'object' && target !== null && 'template' in target) return target.template as TemplateEntry;
    const { templates } = await session.core();
    const items = (await templates.list(workspace())).map((template) => ({
      label: template.name,
      description: template.origin,
      detail: template.description,
      template,
    }));
    return (await vscode.window.showQuickPick(items, { placeHolder: 'Which template?' }))?.template;
  };

  commands.register('berth.editTemplate', async (target) => {
    const isTemplate = typeof target === 'object' && target !== null && 'template' in target;
    const template = isTemplate ? (target.template as TemplateEntry) : undefined;
    if (template === undefined) return newOrOwn(target);
    // A built-in one is replaced with the next version of the extension: it is shown, and extended rather than edited.
    const options: vscode.TextDocumentShowOptions = { preview: template.origin === 'built-in' };
    if (template.origin !== 'built-in') return vscode.window.showTextDocument(vscode.Uri.file(template.file), options);
    const text = await vscode.workspace.fs.readFile(vscode.Uri.file(template.file));
    return texts.show(`${template.name} (built in).yaml`, Buffer.from(text).toString('utf8'), 'yaml');
  });

  commands.register('berth.newTemplate', newOrOwn);

  /** Opens the folder's own berth.yaml, made first where there is none: it extends what was proposed. */
  async function newOrOwn(target: unknown): Promise<unknown> {
    const where = await folderFor(parts, target);
    if (where === undefined) return undefined;
    const file = join(where.path, 'berth.yaml');
    if (!(await exists(file))) {
      const { templates } = await session.core();
      const { template } = await templates.propose(where.path);
      const { name } = await (await session.core()).projects.identify(where.path);
      await writeFile(file, starterTemplate(name, template), { flag: 'wx' });
    }
    return vscode.window.showTextDocument(vscode.Uri.file(file));
  }

  commands.register('berth.previewDockerfile', async (target) => {
    const template = await templateFor(target);
    if (template === undefined) return undefined;
    const core = await session.core();
    const { dockerfile } = await core.projects.previewImage(nameOf(template), folder());
    return texts.show(`Dockerfile of ${template.name}`, dockerfile, 'dockerfile');
  });

  commands.register('berth.buildImage', async (target) => {
    requireTrust();
    const template = await templateFor(target);
    if (template === undefined) return;
    const core = await session.core();
    const channel = parts.output.of(template.name);
    const abort = new AbortController();
    const command = `build ${template.name}`;
    await scoped({ channel, target: { template } }, async () => {
      const built = await withBuildProgress(
        { command, title: `Berth: ${command}`, channel, abort },
        (progress) => core.projects.buildImage(nameOf(template), folder(), {}, progress, abort.signal),
        ({ tag, reused }) => (reused ? `${tag} was there already` : tag),
      );
      parts.focus.tell(`The image ${built.tag} is built.`);
    });
  });
}

/** How the core finds a template of the catalogue again. */
function nameOf(template: TemplateEntry): string {
  return template.origin === 'built-in' ? template.name : template.file;
}

async function exists(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new BerthError('file_failed', `${file} cannot be read.`, { cause: error });
  }
}

/** A folder's first template: what was proposed, ready to be added to. Names are checked words, so YAML takes them bare. */
function starterTemplate(name: string, parent: string): string {
  return `apiVersion: devcontainer/v1
kind: Template
metadata:
  name: ${name}
  extends: ${parent}
spec:
  packages:
    apt: []
`;
}
