import * as vscode from 'vscode';
import type { BerthImage, PrunePlan } from '../../core/projects/images';
import { ageOf } from '../rows/age';
import { imageName } from '../rows/image-look';
import { sizeOf } from '../../core/size';

interface ImageItem extends vscode.QuickPickItem {
  readonly id?: string;
}

/**
 * Shows what a prune would take, the outdated ones chosen, with what the choice frees as it changes.
 * @returns the ids that were chosen; undefined when the user left
 */
export function pickToPrune(plan: PrunePlan): Promise<ReadonlySet<string> | undefined> {
  const outdated = plan.goes.filter((image) => image.outdated !== null);
  const asked = plan.goes.filter((image) => image.outdated === null);
  const input = vscode.window.createQuickPick<ImageItem>();
  const line = (label: string): ImageItem => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const items = [
    ...(outdated.length === 0 ? [] : [line('outdated'), ...outdated.map(itemOf)]),
    ...(asked.length === 0 ? [] : [line('asked for by a template, built anew when needed'), ...asked.map(itemOf)]),
  ];
  const chosen = (): Set<string> => new Set(input.selectedItems.flatMap(({ id }) => id ?? []));
  const tell = (): void => {
    const ids = chosen();
    const many = ids.size === 1 ? '1 image' : `${ids.size} images`;
    input.title = ids.size === 0 ? 'Remove no image' : `Remove ${many}: frees up to ${sizeOf(plan.freedBy(ids))}`;
  };
  input.canSelectMany = true;
  input.items = items;
  input.selectedItems = items.filter(({ id }) => outdated.some((image) => image.id === id));
  input.placeholder = 'Images that no container uses; what is chosen is removed';
  input.matchOnDescription = true;
  tell();
  return new Promise((resolve) => {
    const end = (ids: ReadonlySet<string> | undefined): void => {
      resolve(ids);
      input.dispose();
    };
    input.onDidChangeSelection(tell);
    input.onDidAccept(() => end(chosen()));
    input.onDidHide(() => end(undefined));
    input.show();
  });
}

function itemOf(image: BerthImage): ImageItem {
  const age = ageOf(image.created, Date.now());
  return {
    label: imageName(image),
    description: `${sizeOf(image.sizeBytes)} · ${age === 'now' ? 'just now' : age}`,
    detail: image.outdated ?? 'up to date, but no container uses it',
    id: image.id,
  };
}
