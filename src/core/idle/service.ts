import { endContainer } from '../services/places';
import type { InternalService } from '../services/types';
import type { TemplateSpec } from '../templates/schema';
import { watchFigures, watchScript } from './watch-script';

/** What watches in a template's container for nobody using it; null where it may run for ever. Pure. */
export function idleWatcher({ idle, health }: Pick<TemplateSpec, 'idle' | 'health'>): InternalService | null {
  if (idle.stop_after === undefined) return null;
  const figures = watchFigures(idle.stop_after);
  return {
    name: 'idle',
    script: watchScript({ ...figures, healthCommand: health.command ?? null, end: endContainer }),
    user: 'root',
  };
}
