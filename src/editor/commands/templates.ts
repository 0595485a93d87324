import { stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { TemplateEntry } from '../../core/templates/types';
import { withBuildProgress } from '../notify/build-progress';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { starterTemplate } from '../templates/starter';
import { deleteTemplate } from '../templates/delete-template';
import type { TemplatesView } from '../views/templates';
import type { VirtualTexts } from '../virtual-texts';
import { isLocalFolder } from '../window/window-project';
import type { Registering } from './registry';
import { folderFor, requireTrust } from './target';

export function registerTemplates(commands: Registering, parts: Parts, texts: VirtualTexts, view: TemplatesView): void {
  const { session } = parts;

  const workspace = (): string | undefined => session.window.folders.find(isLocalFolder)?.path;

  /** Without a folder of this machine in the window an image is for this user's home. */
  const folder = (): string => workspace() ?? homedir();

  /** The template in what a command was called with, else the user's pick among those that fit. */
  const templateFor = async (
    target: unknown,
    fits: (template: TemplateEntry) => boolean = () => true,
  ): Promise<TemplateEntry | undefined> => {
    const given = templateIn(target);
    if (given !== undefined) return given;
    const { templates } = await session.core();
    const items = (await templates.list(workspace())).filter(fits).map((template) => ({
      label: template.name,
      description: template.origin,
      detail: template.description,
      template,
    }));
    if (items.length === 0) throw new BerthError('template_not_found', 'There is no template of your own here yet.');
    return (await vscode.window.showQuickPick(items, { placeHolder: 'Which template?' }))?.template;
  };

  commands.register('berth.editTemplate', async (target) => {
    const template = templateIn(target);
    if (template === undefined) return editOwn(target);
    // A built-in one is replaced with the next version of the extension: it is shown, and extended rather than edited.
    if (template.origin !== 'built-in') return vscode.window.showTextDocument(vscode.Uri.file(template.file));
    const text = await vscode.workspace.fs.readFile(vscode.Uri.file(template.file));
    return texts.show(`${template.name} (built in).yaml`, Buffer.from(text).toString('utf8'), 'yaml');
  });

  /** Opens the folder's own berth.yaml, made first where there is none: it extends what was proposed. */
  async function editOwn(target: unknown): Promise<unknown> {
    const where = await folderFor(parts, target);
    if (where === undefined) return undefined;
    const file = join(where.path, 'berth.yaml');
    if (!(await exists(file))) {
      const core = await session.core();
      const { template, baseImage } = await core.templates.propose(where.path);
      const { name } = await core.projects.identify(where.path);
      await writeFile(file, starterTemplate(name, template, [], baseImage).text, { flag: 'wx' });
    }
    return vscode.window.showTextDocument(vscode.Uri.file(file));
  }

  const create = async (from?: TemplateEntry): Promise<vscode.TextEditor | undefined> => {
    const folders = session.window.folders.filter(isLocalFolder);
    const { NewTemplate } = await import('../templates/new-template');
    const editor = await new NewTemplate(await session.core(), folders, from).run();
    if (editor !== undefined) await view.read();
    return editor;
  };

  commands.register('berth.newTemplate', () => create());

  commands.register('berth.newTemplateFrom', async (target) => {
    const from = await templateFor(target, ({ problems }) => problems.length === 0);
    return from === undefined ? undefined : create(from);
  });

  commands.register('berth.deleteTemplate', async (target) => {
    const template = await templateFor(target, ({ origin }) => origin !== 'built-in');
    if (template === undefined || !(await deleteTemplate(template))) return;
    await view.read();
  });

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
      void vscode.commands.executeCommand('berth.refreshImages');
      parts.focus.tell(`The image ${built.tag} is built.`);
    });
  });
}

function templateIn(target: unknown): TemplateEntry | undefined {
  const isTemplate = typeof target === 'object' && target !== null && 'template' in target;
  return isTemplate ? (target.template as TemplateEntry) : undefined;
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
