import assert from 'node:assert/strict';
import type { PlanDifference, ProjectPlan } from '../../../src/core/projects/types';
import { planLines, planTitle } from '../../../src/editor/rows/plan-look';

const difference = (path: string, kind: PlanDifference['class'], after: string | null = '2'): PlanDifference => ({
  path,
  before: '1',
  after,
  class: kind,
  why: 'so it is',
});

function plan(kind: ProjectPlan['class'], ...differences: PlanDifference[]): ProjectPlan {
  return {
    project: { id: '0123456789ab', name: 'api', folder: '/src/api' },
    template: 'python',
    reason: null,
    class: kind,
    differences,
    loss: null,
  };
}

describe('a plan’s list', () => {
  it('has what can be done first, then the differences under what they need', () => {
    const lines = planLines(
      plan('recreate', difference('environment.A', 'recreate', null), difference('resources.cpus', 'live')),
    );
    assert.deepEqual(
      lines.map(({ kind, label }) => `${kind}: ${label}`),
      [
        'action: Apply Now',
        'action: Refresh…',
        'action: Edit Template',
        'heading: Needs another container of the same image',
        'difference: environment.A',
        'heading: Can be changed without a restart',
        'difference: resources.cpus',
      ],
    );
    assert.deepEqual(
      lines.flatMap((line) => (line.kind === 'difference' ? [`${line.description} (${line.detail})`] : [])),
      ['1 → – (so it is)', '1 → 2 (so it is)'],
    );
  });

  const firsts: readonly [ProjectPlan['class'], string][] = [
    ['nothing', 'berth.editTemplate'],
    ['live', 'berth.up'],
    ['restart', 'berth.restart'],
    ['recreate', 'berth.refresh'],
    ['rebuild', 'berth.refresh'],
    ['create', 'berth.up'],
  ];
  for (const [kind, command] of firsts) {
    it(`offers ${command} first where all is ${kind}`, () => {
      const made = kind === 'create' ? plan(kind) : plan(kind, difference('x', kind));
      const [first] = planLines(made);
      assert.equal(first?.kind === 'action' ? first.command : undefined, command);
      assert.match(planTitle(made), /^api \w/);
    });
  }
});
