import { relative, isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { ProjectIdentity } from '../../core/model';
import type { PlanDifference, ProjectPlan } from '../../core/projects/types';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import { planLines, planTitle } from '../rows/plan-look';
import type { PlanLine } from '../rows/plan-look';
import { isLocalFolder } from '../window/window-project';
import type { Registering } from './registry';
import { folderFor, projectFor } from './target';

interface PlanItem extends vscode.QuickPickItem {
  readonly line: PlanLine;
}

/** What an edit of the template would need: a list with what can be done first, where a difference leads to its field. */
export function registerPlan(commands: Registering, parts: Parts): void {
  commands.register('berth.showPlan', async (target) => {
    const project = await projectToPlan(parts, target);
    if (project === undefined) return;
    const core = await parts.session.core();
    const row = parts.session.row(project.id);
    const folder = { scheme: 'file', authority: '', path: project.folder, name: project.name };
    const about = row === undefined ? { folder } : { row };
    const plan = await scoped({ target: about }, () => core.projects.plan(project));
    if (plan.class !== 'create' && plan.differences.length === 0) {
      void vscode.window.showInformationMessage(`${plan.project.name} is what its template says.`);
      return;
    }
    const chosen = await vscode.window.showQuickPick(planLines(plan).map(item), {
      title: planTitle(plan),
      placeHolder: 'What next? A difference opens the template.',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen === undefined || chosen.line.kind === 'heading') return;
    const { line } = chosen;
    if (line.kind === 'action') await vscode.commands.executeCommand(line.command, about);
    else await openField(plan, line.difference, about);
  });
}

/** A row's project, or a folder of this window that has no container yet. */
async function projectToPlan(parts: Parts, target: unknown): Promise<ProjectIdentity | undefined> {
  const { session, containers } = parts;
  const core = await session.core();
  if (!session.snapshot.loaded) await core.projects.refresh();
  const given = typeof target === 'object' && target !== null ? target : {};
  const free = target === undefined && containers.selected === undefined && session.rowsHere.length === 0;
  const here =
    ('folder' in given && given.folder !== undefined) || (free && session.window.folders.some(isLocalFolder));
  if (!here) return projectFor(parts, 'berth.showPlan', target);
  const folder = await folderFor(parts, target);
  return folder === undefined ? undefined : core.projects.identify(folder.path);
}

function item(line: PlanLine): PlanItem {
  if (line.kind === 'heading') return { label: line.label, kind: vscode.QuickPickItemKind.Separator, line };
  const { label, detail } = line;
  if (line.kind === 'action') return { label, detail, iconPath: new vscode.ThemeIcon(line.icon), line };
  return { label, description: line.description, detail, line };
}

/** A file of the project's own opens where the field is written; what only a parent says is for the project's to change. */
async function openField({ project }: ProjectPlan, { origin }: PlanDifference, about: object): Promise<void> {
  const within = origin === undefined ? '..' : relative(project.folder, origin.file);
  if (origin === undefined || within.startsWith('..') || isAbsolute(within)) {
    await vscode.commands.executeCommand('berth.editTemplate', about);
    return;
  }
  const place = new vscode.Position(origin.line - 1, origin.column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(origin.file), { selection: new vscode.Range(place, place) });
}
