import assert from 'node:assert/strict';
import type { Worktree, WorktreeChanges } from '../../../src/core/worktrees/types';
import { agentLook, changesText, discardQuestion } from '../../../src/editor/rows/agent-look';
import { now, row } from './rows';

const worktree: Worktree = {
  name: 'shop-fix-0ad3f1',
  key: 'fix',
  folder: '/home/dev/.local/state/berth/worktrees/shop-fix-0ad3f1/shop-fix-0ad3f1',
  branch: 'berth/fix',
  base: '1'.repeat(40),
  project: '/home/dev/shop',
  repository: '/home/dev/shop/.git',
  client: 'claude-code',
  created: '2026-11-21T11:00:00Z',
  accepted: null,
};
const changes: WorktreeChanges = {
  worktree,
  commits: [{ id: '2'.repeat(40), subject: 'Fix it' }],
  files: [
    { status: 'M', path: 'a.txt' },
    { status: 'A', path: 'new.txt' },
  ],
  uncommitted: 1,
  patch: Buffer.from('diff --git a/a.txt b/a.txt\n'),
  taken: false,
  notices: [],
};
const facts = { row: undefined, worktree: undefined, engineLost: false, busy: undefined, now };

describe('rows of agents', () => {
  it('say the branch, the project, whose it is and how long it still has', () => {
    const agent = { expires: '2026-11-22T11:00:00Z', client: 'claude-code', branch: 'berth/fix' };
    const look = agentLook({ ...facts, row: row({ folder: worktree.folder, agent }), worktree });
    assert.equal(look.label, 'berth/fix');
    assert.equal(look.description, 'shop · claude-code · 23 h left');
    assert.match(look.context, /^project running .*agent worktree$/);
    assert.equal(look.spoken, 'Agent berth/fix, shop, claude-code, 23 h left');
    const over = row({ state: 'stopped', agent: { ...agent, expires: '2026-11-21T11:00:00Z' } });
    assert.equal(
      agentLook({ ...facts, row: over, worktree }).description,
      'shop · claude-code · stopped · its time is over',
    );
  });

  it('name a container without a worktree by itself, and offer to accept nothing of it', () => {
    const look = agentLook({ ...facts, row: row({ name: 'try-1', agent: { expires: null } }) });
    assert.deepEqual([look.label, look.description], ['try-1', '']);
    assert.doesNotMatch(look.context, /worktree/);
  });

  it('keep a worktree whose container is gone in sight', () => {
    const look = agentLook({ ...facts, worktree });
    assert.equal(look.description, 'shop · claude-code · no container');
    assert.equal(look.context, 'bare agent worktree');
    assert.match(look.tooltip, /the work is still there/);
  });

  it('list what a discard would lose, or say that nothing is', () => {
    const { question, detail } = discardQuestion(worktree, changes);
    assert.equal(question, 'Discard what was done in berth/fix?');
    assert.match(
      detail,
      /not accepted it \(1 commit, 2 files, 1 of them in no commit\):\n {3}M a\.txt\n {3}A new\.txt/,
    );
    assert.match(discardQuestion(worktree, { ...changes, taken: true }).detail, /^Lost: no changes/);
    assert.match(discardQuestion(worktree, null).detail, /cannot be looked at/);
  });

  it('show what was done as a text that begins with a summary', () => {
    assert.match(
      changesText(changes),
      /^berth\/fix of \/home\/dev\/shop, by claude-code\n {2}22222222 {2}Fix it\n2 files/,
    );
  });
});
