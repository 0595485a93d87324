import type { LossPreview } from '../../core/loss/types';
import { isHarmless } from '../../core/loss/types';
import { lossInWords, lossLines } from '../../core/loss/words';
import type { ProjectRow } from '../../core/model';
import { escapeMarkdown } from './markdown';

/** Pure: what is asked before a container is replaced. `add`: what of the loss the template could ask for; null for nothing. */
export function refreshQuestion(
  { name, stale, state }: Pick<ProjectRow, 'name' | 'stale' | 'state'>,
  loss: LossPreview,
): { readonly question: string; readonly detail: string; readonly add: string | null } {
  const reasons = stale.map((reason) => reason.message);
  const lost = isHarmless(loss)
    ? ['Lost: nothing that is in the container alone.']
    : ['Lost, since it is in the container alone:', ...lossLines(loss).map((line) => `   ${line}`)];
  const detail = [
    ...(reasons.length === 0 ? [] : [`Why: ${reasons.join('; ')}.`]),
    `Kept: ${loss.carried.join(', ')}.`,
    ...lost,
    ...(state === 'running' ? ['What runs in it ends.'] : []),
    'The container of now is kept for a while: Roll Back returns to it.',
  ].join('\n');
  const what = isHarmless(loss) ? '' : ` and lose ${lossInWords(loss)}`;
  return {
    question: `Refresh ${name}${what}?`,
    detail,
    add: loss.promotable.length === 0 ? null : loss.promotable.map((one) => one.name).join(', '),
  };
}

/** Pure: all that a container has alone, as a page: a question has room for the beginning of it. */
export function lossPage(name: string, loss: LossPreview): string {
  const lines = isHarmless(loss) ? ['Nothing.'] : lossLines(loss, Infinity).map((line) => `- ${escapeMarkdown(line)}`);
  const kept = loss.carried.map((place) => `- ${escapeMarkdown(place)}`);
  const title = `# Only in the container of ${escapeMarkdown(name)}`;
  return [title, '', ...lines, '', '## On volumes and on this machine', '', ...kept, ''].join('\n');
}
