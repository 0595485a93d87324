import assert from 'node:assert/strict';
import { gitLook } from '../../../src/editor/rows/git-look';

describe('the row of what git may use', () => {
  it('says what was allowed, and offers to take it back', () => {
    const look = gitLook('demo', {
      kind: 'token',
      granted: true,
      hosts: ['https://github.com', 'https://a.example:8443'],
    });
    assert.deepEqual([look.label, look.description], ['Git', 'token for github.com, a.example:8443']);
    assert.equal(look.context, 'git granted');
    assert.equal(look.spoken, 'Git, token for github.com, a.example:8443, allowed');
  });

  it('says what is asked for, in words and by its icon, and offers to allow it', () => {
    const look = gitLook('demo', { kind: 'agent', granted: false, hosts: [] });
    assert.equal(look.description, 'not allowed · SSH agent');
    assert.deepEqual([look.context, look.icon], ['git asking', 'lock']);
    assert.match(gitLook('demo', { kind: 'token', granted: false, hosts: [] }).description, /no server yet/);
  });
});
