import assert from 'node:assert/strict';
import { repairSteps } from '../../../src/core/projects/repair';
import { projectId, summary } from './summaries';

const repair = (...containers: Parameters<typeof repairSteps>[0]) => repairSteps(containers, 'api', projectId);
const created = { state: 'created', status: 'Created' } as const;
const exited = { state: 'exited', status: 'Exited (143) 1 hour ago' } as const;

describe('repair of a half-done replacement', () => {
  it('has nothing to do for nothing, or for one current container', () => {
    assert.deepEqual(repair(), []);
    assert.deepEqual(repair(summary('current')), []);
    assert.deepEqual(repair(summary('current', exited)), []);
  });

  it('takes away a next one that was never switched to', () => {
    assert.deepEqual(repair(summary('current'), summary('next', created)), [{ kind: 'remove', container: 'id-next' }]);
  });

  it('brings the former one back when the crash came between the two renames', () => {
    assert.deepEqual(repair(summary('prev', exited), summary('next', created)), [
      { kind: 'remove', container: 'id-next' },
      { kind: 'rename', container: 'id-prev', name: 'berth-api-abcdef' },
    ]);
  });

  it('brings the former one back when the new one was renamed but never started', () => {
    assert.deepEqual(repair(summary('current', created), summary('prev', exited)), [
      { kind: 'remove', container: 'id-current' },
      { kind: 'rename', container: 'id-prev', name: 'berth-api-abcdef' },
    ]);
  });

  it('never takes away a current one that has run, even if it is stopped by now', () => {
    for (const change of [{}, exited]) {
      assert.deepEqual(repair(summary('current', change), summary('prev', exited)), [
        { kind: 'remove', container: 'id-prev' },
      ]);
    }
  });
});
