import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Bed } from '../cli/bed';
import { Session, type Era } from './bed';

describe('the user’s rules for agents', function () {
  this.timeout(60_000);
  const bed = new Bed();
  const file = () => join(bed.berth.berthHome, 'agents.yaml');
  const rules = 'rules:\n  - { tool: list, then: ask }\n  - { tool: doc*, then: deny }\n';
  before(() => mkdir(bed.berth.berthHome, { recursive: true }));
  beforeEach(() => writeFile(file(), rules));
  after(() => bed.dispose());

  it('refuse what is forbidden and, where nobody can be asked, what wants asking; a broken file refuses all', async () => {
    const session = await Session.open(bed);
    try {
      const refusals = [await session.call('list', {}), await session.call('doctor', {})].map(({ error }) => error);
      assert.deepEqual(
        refusals.map((error) => error?.code),
        ['approval_needed', 'call_denied'],
      );
      for (const error of refusals) assert.ok(error?.message.endsWith('.') && error.hint.endsWith('.'));
      // An edit counts at once.
      await writeFile(file(), 'rules: [{ tool: list, then: perhaps }]');
      assert.equal((await session.call('list', {})).error?.code, 'settings_invalid');
      await writeFile(file(), 'rules: [{ tool: list, then: allow }]');
      assert.equal((await session.call('list', {})).error, null);
    } finally {
      await session.close();
    }
  });

  for (const era of ['2025', '2026'] as const satisfies readonly Era[]) {
    it(`are asked about through a client of ${era}: a no refuses, a yes counts once or for the session`, async () => {
      const asked: string[] = [];
      const answers = ['no', 'once', 'session'];
      const session = await Session.open(bed, era, {}, (question) => {
        asked.push(question);
        const answer = answers.shift();
        return answer === 'no' || answer === undefined
          ? { action: 'decline' }
          : { action: 'accept', content: { answer } };
      });
      try {
        const codes = [];
        for (let turn = 0; turn < 4; turn += 1) codes.push((await session.call('list', {})).error?.code ?? 'ok');
        assert.deepEqual(codes, ['call_denied', 'ok', 'ok', 'ok']);
        assert.deepEqual(asked, Array<string>(3).fill('An agent asks for list.'));
      } finally {
        await session.close();
      }
    });
  }
});
