import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { Parts } from '../parts';
import { taskType } from '../tasks/provider';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

interface TaskItem extends vscode.QuickPickItem {
  readonly task: vscode.Task;
}

/** Run Task in Container: those of tasks.json and those found for the folder's scripts, without the editor's others. */
export function registerRunTask(commands: Registering, parts: Parts): void {
  commands.register('berth.runTask', async (target) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.runTask', target);
    if (row === undefined) return undefined;
    const folder = parts.session.window.folderOf(row);
    if (folder === undefined) {
      throw new BerthError('bad_usage', `${row.name} is no folder of this window, so its tasks are not known here.`, {
        hint: 'Open its folder, or use Run Command….',
      });
    }
    const ofIt = ({ scope }: vscode.Task): boolean =>
      typeof scope !== 'object' || [scope.uri.fsPath, scope.uri.path].includes(folder.path);
    const tasks = (await vscode.tasks.fetchTasks({ type: taskType })).filter(ofIt);
    const task = taskIn(tasks, target) ?? (await askTask(row.name, tasks));
    return task === undefined ? undefined : vscode.tasks.executeTask(task);
  });
}

/** A keybinding or another command may name one: `{ "task": "make: check" }`. */
function taskIn(tasks: readonly vscode.Task[], target: unknown): vscode.Task | undefined {
  if (typeof target !== 'object' || target === null || !('task' in target)) return undefined;
  const found = tasks.find(({ name }) => name === target.task);
  if (found === undefined)
    throw new BerthError('bad_usage', `There is no task “${String(target.task)}” of type berth.`);
  return found;
}

async function askTask(project: string, tasks: readonly vscode.Task[]): Promise<vscode.Task | undefined> {
  if (tasks.length === 0) {
    const run = 'Run Command…';
    const none = `${project} has no tasks: its folder has no scripts, and tasks.json none of type berth.`;
    if ((await vscode.window.showInformationMessage(none, run)) === run) {
      await vscode.commands.executeCommand('berth.run');
    }
    return undefined;
  }
  const items = tasks.map((task): TaskItem => {
    const command: unknown = task.definition['command'];
    const description = typeof command === 'string' ? command : '';
    return { label: task.name, description, iconPath: new vscode.ThemeIcon('checklist'), task };
  });
  const options = { title: `Run a task in ${project}`, placeHolder: 'Which task?', matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.task;
}
