import type { EngineEvent } from '../../../src/core/engine/types';

/** Takes what events are told, of which there is nothing more to know then. */
export function takeTellings() {
  const told: string[][] = [];
  let wake: () => void = () => undefined;
  const tell = (events: ReadonlyMap<string, EngineEvent>) => {
    told.push([...events.keys()]);
    wake();
    return new Map<string, EngineEvent>();
  };
  /** Resolves once there were so many. */
  const tellings = async (count: number): Promise<void> => {
    while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { told, tell, tellings };
}
