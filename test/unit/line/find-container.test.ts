import assert from 'node:assert/strict';
import type { ContainerSummary, EngineContainerState } from '../../../src/core/engine/types';
import { judge } from '../../../src/core/line/find-container';
import { labels } from '../../../src/core/model';

const id = 'abc123def456';

function container(name: string, state: EngineContainerState): ContainerSummary {
  return {
    id: name,
    name,
    image: '',
    imageId: '',
    labels: { [labels.name]: 'web' },
    state,
    health: null,
    created: '',
    status: '',
  };
}

describe('The container that a connection goes to', () => {
  const cases: readonly (readonly [string, readonly ContainerSummary[], object])[] = [
    ['none', [], { kind: 'none' }],
    ['a running one', [container('berth-web-abc123', 'running')], { kind: 'ready', id: 'berth-web-abc123' }],
    ['a stopped one', [container('berth-web-abc123', 'exited')], { kind: 'stopped', id: 'berth-web-abc123' }],
    ['one just made', [container('berth-web-abc123', 'created')], { kind: 'stopped', id: 'berth-web-abc123' }],
    ['only the next one', [container('berth-web-abc123-next', 'running')], { kind: 'wait' }],
    ['only the former one', [container('berth-web-abc123-prev', 'exited')], { kind: 'switching' }],
    [
      'one that is stopped for the next one',
      [container('berth-web-abc123', 'exited'), container('berth-web-abc123-next', 'created')],
      { kind: 'switching' },
    ],
    [
      'the next one, current but not started yet',
      [container('berth-web-abc123', 'created'), container('berth-web-abc123-prev', 'exited')],
      { kind: 'switching' },
    ],
    ['one being removed', [container('berth-web-abc123', 'removing')], { kind: 'wait' }],
    ['one being restarted', [container('berth-web-abc123', 'restarting')], { kind: 'wait' }],
    [
      'the current among the others',
      [
        container('berth-web-abc123-next', 'running'),
        container('berth-web-abc123-prev', 'running'),
        container('berth-web-abc123', 'running'),
      ],
      { kind: 'ready', id: 'berth-web-abc123' },
    ],
  ];
  for (const [name, containers, wanted] of cases) {
    it(`of ${name}`, () => {
      const found = judge(containers, id);
      assert.deepEqual({ ...found, ...wanted }, found);
    });
  }
});
