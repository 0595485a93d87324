import assert from 'node:assert/strict';
import { isSwitching, repairSteps } from '../../../src/core/projects/repair';
import { projectId, summary } from './summaries';

const repair = (...containers: Parameters<typeof repairSteps>[0]) => repairSteps(containers, 'api', projectId);
const created = { state: 'created', status: 'Created' } as const;
const exited = { state: 'exited', status: 'Exited (143) 1 hour ago' } as const;

describe('repair of a half-done switch', () => {
  const back = (role: 'prev' | 'undo') => [
    { kind: 'rename', container: `id-${role}`, name: 'berth-api-abcdef' },
    { kind: 'start', container: `id-${role}` },
  ];
  const gone = (role: 'next' | 'current') => ({ kind: 'remove', container: `id-${role}` });

  // Each state that a crash can leave, in the order in which a switch and then a rollback go through them.
  const table: readonly [string, Parameters<typeof repairSteps>[0], readonly object[], boolean][] = [
    ['nothing at all', [], [], false],
    ['one that runs', [summary('current')], [], false],
    ['one that was stopped', [summary('current', exited)], [], false],
    ['the next one is made', [summary('current'), summary('next', created)], [gone('next')], false],
    [
      'the current one is stopped for it, as earlier versions did first',
      [summary('current', exited), summary('next', created)],
      [gone('next'), { kind: 'start', container: 'id-current' }],
      true,
    ],
    [
      'the current one is about to be stopped for it',
      [summary('prev'), summary('next', created)],
      [gone('next'), ...back('prev')],
      true,
    ],
    [
      'the current one became the former one',
      [summary('prev', exited), summary('next', created)],
      [gone('next'), ...back('prev')],
      true,
    ],
    [
      'the next one became current and never ran',
      [summary('current', created), summary('prev', exited)],
      [gone('current'), ...back('prev')],
      true,
    ],
    ['it runs, and the former one is kept', [summary('current'), summary('prev', exited)], [], false],
    ['it was stopped since', [summary('current', exited), summary('prev', exited)], [], false],
    ['a rollback is about to stop the current one', [summary('undo'), summary('prev', exited)], back('undo'), true],
    ['a rollback back is about to', [summary('prev'), summary('undo', exited)], back('prev'), true],
    ['a rollback put the current one aside', [summary('undo', exited), summary('prev', exited)], back('prev'), true],
    ['the former one is current again', [summary('current'), summary('undo', exited)], [], false],
    ['what was put aside is all there is', [summary('undo', exited)], back('undo'), true],
    ['a refresh that removed the next one of its own', [summary('prev', exited)], back('prev'), true],
  ];
  for (const [what, containers, steps, switching] of table) {
    it(`${what}: ${steps.length === 0 ? 'nothing to do' : `${steps.length} steps`}`, () => {
      assert.deepEqual(repair(...containers), steps);
      assert.equal(isSwitching(containers, 'api', projectId), switching);
    });
  }
});
