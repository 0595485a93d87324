import assert from 'node:assert/strict';
import type { Engine, EngineConnection, EngineEvent } from '../../../src/core/engine/types';
import type { BerthHome } from '../../../src/core/home';
import { silentLogger } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import type { ProjectStore } from '../../../src/core/projects/store';
import { watchProjects } from '../../../src/core/projects/watch';
import { takeTellings } from './tellings';

const owner = 'somebody';
const home = { owner: () => Promise.resolve(owner) } as BerthHome;

const startOf = (project: string): EngineEvent => ({
  type: 'container',
  action: 'start',
  id: `container of ${project}`,
  attributes: { [labels.owner]: owner, [labels.project]: project },
  time: 1,
});

describe('the events that a snapshot follows', () => {
  it('stay with the engine in a storm, until what was heard is due to be told', async () => {
    const stop = new AbortController();
    const { told, tell, tellings } = takeTellings();
    const store = {
      note: () => undefined,
      load: () => Promise.resolve({ rows: [] }),
      tell,
    };
    // So many that it is a storm on the slowest machine, and fewer than are heard as they come.
    const many = Array.from({ length: 40 }, (_, index) => `project-${index}`);
    let isLeft = false;
    // One whose words are taken one by one: a real engine does not tell whether somebody listens.
    const engine = {
      events: async function* () {
        for (const storm of [1, 2]) {
          yield* many.map(startOf);
          await tellings(storm);
        }
        // For a moment after it was told all is still heard.
        while (!isLeft && told.length === 2) {
          let hasTurned = false;
          const turn = new Promise<void>((resolve) => {
            setImmediate(() => {
              hasTurned = true;
              resolve();
            });
          });
          yield startOf('first');
          isLeft = hasTurned;
          await turn;
        }
        yield startOf('second');
        await tellings(3);
        stop.abort();
      },
    };
    const connection = { get: () => Promise.resolve(engine as unknown as Engine) } as unknown as EngineConnection;
    await watchProjects(store as unknown as ProjectStore, connection, home, silentLogger, stop.signal).catch(
      (error: unknown) => {
        if (!stop.signal.aborted) throw error;
      },
    );
    assert.ok(isLeft, 'the next was asked for at once');
    assert.deepEqual(told, [many, many, ['first', 'second']]);
  });
});
