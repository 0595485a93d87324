import type { EngineOffers } from '../../core/engine/offers';

/** An engine to choose. `engine` as the setting has it: empty for whichever the environment says. */
export interface EngineChoice {
  readonly engine: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly icon: string;
}

/**
 * Pure: what may be chosen, in the order in which an engine is looked for, what nobody has to choose first. `chosen`: what the
 * setting says now, empty for nothing; `connected`: the address of the engine that is in use, if one is.
 */
export function engineChoices({ offers, automatic }: EngineOffers, chosen: string, connected?: string): EngineChoice[] {
  const icon = (engine: string): string => (engine === chosen ? 'check' : 'server-environment');
  const state = (url: string): string => (url === connected ? `${url} · in use` : url);
  const found = offers.map(({ engine, endpoint: { url, source } }): EngineChoice => {
    const isContext = source.startsWith('context ');
    const label = isContext ? engine : source;
    const detail = isContext ? `Docker context${source.slice('context '.length + engine.length)}` : '';
    return { engine, label, description: state(url), detail, icon: icon(engine) };
  });
  const says =
    automatic === null
      ? 'The first of the usual sockets that answers'
      : `As ${automatic.source} says${automatic.url === '' ? '' : `: ${automatic.url}`}`;
  const first = { engine: '', label: 'Automatic', description: '', detail: says, icon: icon('') };
  const named = [first, ...found];
  if (named.some(({ engine }) => engine === chosen)) return named;
  const detail = 'Chosen by the setting berth.engine';
  const description = chosen === connected ? 'in use' : '';
  return [...named, { engine: chosen, label: chosen, description, detail, icon: icon(chosen) }];
}
