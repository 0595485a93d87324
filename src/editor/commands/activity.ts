import { entryDocument } from '../rows/calls';
import type { Happening } from '../rows/journal';
import type { VirtualTexts } from '../virtual-texts';
import type { Commands } from './registry';

/** Opens a row of the Activity view: all that the journal holds of it. */
export function registerActivity(commands: Commands, texts: VirtualTexts): void {
  commands.register('berth.showActivity', async (target) => {
    if (!isHappening(target) || target.entry === undefined) return;
    const { entry, text } = target;
    const document = entryDocument(entry, text, (at) => new Date(at).toLocaleString());
    await texts.read('activity.md', document);
  });
}

function isHappening(target: unknown): target is Happening {
  return typeof target === 'object' && target !== null && 'at' in target && 'text' in target;
}
