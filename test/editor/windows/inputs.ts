import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './support';

type Shown = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

/** The editor's own quick inputs, answered by its own commands as the keyboard would. */
export class Inputs {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #real = { pick: vscode.window.createQuickPick, box: vscode.window.createInputBox };
  #current: Shown | undefined;

  constructor() {
    vscode.window.createQuickPick = <T extends vscode.QuickPickItem>() => this.#watch(this.#real.pick<T>());
    vscode.window.createInputBox = () => this.#watch(this.#real.box());
  }

  restore(): void {
    vscode.window.createQuickPick = this.#real.pick;
    vscode.window.createInputBox = this.#real.box;
    this.#current?.dispose();
    this.#changed.dispose();
  }

  /** The list that is shown, once its placeholder fits. */
  async pick(placeholder: RegExp): Promise<vscode.QuickPick<vscode.QuickPickItem>> {
    const shown = await until(
      `a list ${String(placeholder)}`,
      this.#changed.event,
      () =>
        this.#current !== undefined &&
        'items' in this.#current &&
        placeholder.test(this.#current.placeholder ?? '') &&
        this.#current,
    );
    return shown;
  }

  /** The text field that is shown, once its prompt fits. */
  async box(prompt: RegExp): Promise<vscode.InputBox> {
    return until(
      `a field ${String(prompt)}`,
      this.#changed.event,
      () =>
        this.#current !== undefined &&
        'prompt' in this.#current &&
        prompt.test(this.#current.prompt ?? '') &&
        this.#current,
    );
  }

  /** Takes the one item of a list whose label fits; gives the item. */
  async choose(placeholder: RegExp, label: RegExp): Promise<vscode.QuickPickItem> {
    const shown = await this.pick(placeholder);
    const item = shown.items.find((one) => label.test(one.label));
    assert.ok(item !== undefined, `${String(label)} is not among ${shown.items.map((one) => one.label).join(', ')}`);
    shown.activeItems = [item];
    await this.accept();
    return item;
  }

  async fill(prompt: RegExp, text: string): Promise<void> {
    (await this.box(prompt)).value = text;
    await this.accept();
  }

  async accept(): Promise<void> {
    await sent();
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
  }

  async back(): Promise<void> {
    await sent();
    await vscode.commands.executeCommand('workbench.action.quickInputBack');
  }

  #watch<T extends Shown>(input: T): T {
    const show = input.show.bind(input);
    const dispose = input.dispose.bind(input);
    input.show = () => {
      show();
      this.#current = input;
      this.#changed.fire();
    };
    input.dispose = () => {
      if (this.#current === input) this.#current = undefined;
      dispose();
    };
    return input;
  }
}

/** What was set on an input is handed to the editor in the next turn; what is queued after that comes later. */
function sent(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
