import { posix } from 'node:path';
import * as vscode from 'vscode';
import { BerthError } from '../../core/errors';
import type { RunningCommand, TerminalSize } from '../../core/command';
import type { Parts } from '../parts';
import { shellArgv } from '../run/run-command';
import { scriptsOf } from '../run/script-files';
import { ShellTerminal } from '../terminal/shell-terminal';
import { isLocalFolder, rowOfFolder } from '../window/window-project';
import { readDefinition } from './definition';
import type { BerthTask } from './definition';
import { PathMapper } from './paths';
import { followedByEditor } from './followed';

export const taskType = 'berth';

/** Finds tasks for the scripts of this window's folders, and runs them and those of tasks.json in the containers. */
export class BerthTasks implements vscode.TaskProvider {
  constructor(private readonly parts: Parts) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const found = await Promise.all(
      folders.map(async (folder) => {
        const scripts = await scriptsOf(folder.uri);
        return scripts.map((script) => {
          const definition = { type: taskType, command: script.command };
          const task = this.#task(definition, folder, `${script.source}: ${script.name}`, definition);
          task.detail = script.detail;
          if (script.name === 'test') task.group = vscode.TaskGroup.Test;
          if (script.name === 'build') task.group = vscode.TaskGroup.Build;
          return task;
        });
      }),
    );
    return found.flat();
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const read = readDefinition(task.definition);
    if (read === null) return undefined;
    const scope = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
    // The editor finds the resolved task by the very same definition.
    return this.#task(task.definition, scope, task.name, read);
  }

  #task(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder | undefined,
    name: string,
    read: BerthTask,
  ): vscode.Task {
    const execution = new vscode.CustomExecution((resolved) =>
      // Variables such as ${file} are filled in by the editor in what it hands over here.
      Promise.resolve(this.#terminal(folder, readDefinition(resolved) ?? read, followedByEditor(name))),
    );
    return new vscode.Task(definition, folder ?? vscode.TaskScope.Workspace, name, taskType, execution);
  }

  #terminal(folder: vscode.WorkspaceFolder | undefined, task: BerthTask, followed: Promise<void>): ShellTerminal {
    const local = folder?.uri.scheme === 'file' ? folder.uri.fsPath : undefined;
    const mapper: { current?: PathMapper } = {};
    return new ShellTerminal({
      name: 'Berth',
      task: true,
      start: async (size, signal) => {
        await followed;
        const { running, workspacePath } = await this.#start(folder, task, size, signal);
        if (local !== undefined) mapper.current = new PathMapper(workspacePath, local);
        return running;
      },
      filter: { push: (text) => mapper.current?.push(text) ?? text, end: () => mapper.current?.end() ?? '' },
    });
  }

  async #start(
    folder: vscode.WorkspaceFolder | undefined,
    task: BerthTask,
    tty: TerminalSize,
    signal: AbortSignal,
  ): Promise<{ running: RunningCommand; workspacePath: string }> {
    if (!vscode.workspace.isTrusted) {
      throw new BerthError('workspace_untrusted', 'This workspace is not trusted, so nothing is run for it.');
    }
    const { session } = this.parts;
    const core = await session.core();
    const { rows } = session.snapshot.loaded ? session.snapshot : await core.projects.refresh(signal);
    await session.window.settled();
    const open = session.window.folders.find(({ path }) => path === folder?.uri.fsPath || path === folder?.uri.path);
    const id = open !== undefined && isLocalFolder(open) ? (await core.projects.identify(open.path)).id : null;
    const row = open === undefined ? session.rowsHere[0] : rowOfFolder(open, id, rows);
    if (row === undefined) {
      throw new BerthError('project_not_found', 'This folder has no container yet: run “Berth: Up” first.');
    }
    const cwd = task.cwd === undefined ? row.workspacePath : posix.resolve(row.workspacePath, task.cwd);
    const env = task.env === undefined ? {} : { env: task.env };
    return {
      running: await core.use(row, 'line').run({ argv: shellArgv(task.command), cwd, tty, ...env }, signal),
      workspacePath: row.workspacePath,
    };
  }
}
