import type { Parts } from '../parts';
import { healthDocument } from '../rows/reasons';
import type { VirtualTexts } from '../virtual-texts';
import type { Registering } from './registry';
import { projectFor } from './target';

/** *Why?*: the reasons of a container's health as a document, after a look at it as it is now. */
export function registerHealth(commands: Registering, parts: Parts, texts: VirtualTexts): void {
  commands.register('berth.showHealth', async (target) => {
    const row = await projectFor(parts, 'berth.showHealth', target);
    if (row === undefined) return;
    const core = await parts.session.core();
    if (row.state === 'running' && !parts.session.engineLost) await core.health.look(row).catch(() => null);
    const now = parts.session.row(row.id) ?? row;
    const text = healthDocument(now, (instant) => new Date(instant).toLocaleString());
    await texts.read(`${row.name} health.md`, text);
  });
}
