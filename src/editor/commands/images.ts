import * as vscode from 'vscode';
import type { Core } from '../../core/index';
import { BerthError } from '../../core/errors';
import type { BerthImage, PrunePlan } from '../../core/projects/images';
import { longAction } from '../notify/long-action';
import type { Parts } from '../parts';
import { imageName, usersOf } from '../rows/image-look';
import { sizeOf } from '../../core/size';
import { pickToPrune } from '../views/images-pick';
import type { ImagesView } from '../views/images';
import type { Registering } from './registry';

export function registerImages(commands: Registering, parts: Parts, view: ImagesView): void {
  const { session } = parts;

  const planned = async (core: Core): Promise<PrunePlan> =>
    vscode.window.withProgress({ location: { viewId: 'berth.images' } }, () =>
      core.images.planPrune({ folders: view.folders, all: true }),
    );

  const prune = async (core: Core, plan: PrunePlan, ids: ReadonlySet<string>): Promise<void> => {
    const abort = new AbortController();
    const result = await longAction({ title: 'Berth: removing images', abort }, () =>
      core.images.prune(plan, ids, abort.signal),
    ).finally(() => void view.read());
    const { removed, kept, freedBytes } = result;
    const count = removed.length === 1 ? '1 image' : `${removed.length} images`;
    if (removed.length > 0) {
      parts.activity.tell({ project: '', text: `${count} removed, up to ${sizeOf(freedBytes)} freed`, icon: 'trash' });
    }
    const [first, ...more] = kept;
    if (first === undefined) return;
    const others = more.length === 0 ? '' : ` ${more.length} more were left too.`;
    void vscode.window.showWarningMessage(`${imageName(first.image)} was left: ${first.why}.${others}`);
  };

  commands.register('berth.pruneImages', async () => {
    const core = await session.core();
    const plan = await planned(core);
    if (plan.goes.length === 0) {
      void vscode.window.showInformationMessage('There is nothing to remove: containers use every image of Berth.');
      return;
    }
    const ids = await pickToPrune(plan);
    if (ids !== undefined && ids.size > 0) await prune(core, plan, ids);
  });

  commands.register('berth.removeImage', async (target) => {
    const given = imageIn(target);
    if (given === undefined) return vscode.commands.executeCommand('berth.pruneImages');
    const core = await session.core();
    const plan = await planned(core);
    const image = plan.goes.find(({ id }) => id === given.id);
    if (image === undefined) throw refusal(plan, given);
    const remove = 'Remove Image';
    const asked =
      image.outdated === null ? ' A template still asks for it, so it is built anew when it is next needed.' : '';
    const detail = `This frees up to ${sizeOf(plan.freedBy(new Set([image.id])))}. No container uses it.${asked}`;
    const question = `Remove the image ${imageName(image)}?`;
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, remove)) !== remove)
      return undefined;
    return prune(core, plan, new Set([image.id]));
  });

  commands.register('berth.refreshImages', () => (view.visible ? view.read() : Promise.resolve()));
}

function imageIn(target: unknown): BerthImage | undefined {
  return typeof target === 'object' && target !== null && 'image' in target ? (target.image as BerthImage) : undefined;
}

function refusal({ stays }: PrunePlan, image: BerthImage): BerthError {
  const now = stays.find(({ id }) => id === image.id);
  if (now === undefined) return new BerthError('image_not_found', `The image ${imageName(image)} is gone already.`);
  const users = usersOf(now);
  const why = users === '' ? `it is named ${now.tags.join(' and ')} too` : `${users} uses it`;
  return new BerthError('bad_usage', `The image ${imageName(image)} stays: ${why}.`);
}
