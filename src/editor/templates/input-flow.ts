import * as vscode from 'vscode';
import type { Disposable } from '../../core/lifetime';

/** Where an input stands among its fellows, and what they are about. */
export interface StepPlace {
  readonly title: string;
  /** Counted from 1. */
  readonly step: number;
  readonly total: number;
}

/** What came of one input: an answer, a step back, or the user left. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'left' };

/** One input; what it was answered is kept by whoever wrote the step. */
export type Step = (place: StepPlace) => Promise<Answer<unknown>>;

/** Shows inputs one after the other; Back shows the one before. @returns false when the user left */
export async function runSteps(title: string, steps: readonly Step[]): Promise<boolean> {
  for (let at = 0; at < steps.length;) {
    const came = await steps[at]?.({ title, step: at + 1, total: steps.length });
    if (came?.kind === 'left') return false;
    at += came?.kind === 'back' ? -1 : 1;
  }
  return true;
}

export interface PickOptions<T extends vscode.QuickPickItem> {
  readonly placeholder: string;
  readonly items: readonly T[];
  /** What was chosen before, when the user came back to it. */
  readonly active?: T | undefined;
}

export function pickStep<T extends vscode.QuickPickItem>(
  place: StepPlace,
  options: PickOptions<T>,
): Promise<Answer<T>> {
  const input = vscode.window.createQuickPick<T>();
  input.placeholder = options.placeholder;
  input.items = options.items;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  if (options.active !== undefined) input.activeItems = [options.active];
  return show(input, place, (done) => [
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems.length > 0 ? input.selectedItems : input.activeItems;
      if (chosen !== undefined) done(chosen);
    }),
  ]);
}

export interface TextOptions {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  /** What is wrong with a text as it stands, or worth saying of it; undefined where it is right. */
  readonly validate: (text: string) => vscode.InputBoxValidationMessage | undefined;
}

export function textStep(place: StepPlace, options: TextOptions): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value;
  const judge = (): boolean => {
    input.validationMessage = options.validate(input.value);
    return typeof input.validationMessage !== 'object' || input.validationMessage.severity !== error;
  };
  // A text that was never touched is not scolded; an empty one is told when it is accepted.
  if (options.value !== '') judge();
  return show(input, place, (done) => [
    input.onDidChangeValue(judge),
    input.onDidAccept(() => judge() && done(input.value)),
  ]);
}

const { Error: error } = vscode.InputBoxValidationSeverity;

type Input = vscode.QuickInput & {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
};

function show<T>(
  input: Input,
  { title, step, total }: StepPlace,
  listen: (done: (value: T) => void) => Disposable[],
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    const end = (answer: Answer<T>): void => {
      resolve(answer);
      for (const listener of listeners) listener.dispose();
      input.dispose();
    };
    const listeners = [
      ...listen((value) => end({ kind: 'answer', value })),
      input.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && end({ kind: 'back' })),
      input.onDidHide(() => end({ kind: 'left' })),
    ];
    input.title = title;
    input.step = step;
    input.totalSteps = total;
    input.buttons = step > 1 ? [vscode.QuickInputButtons.Back] : [];
    // Looking something up elsewhere must not throw away what was answered so far.
    input.ignoreFocusOut = true;
    input.show();
  });
}
