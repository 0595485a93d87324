import assert from 'node:assert/strict';
import { isAtDoor } from '../../../src/core/projects/arrivals';
import { bootstrapExec } from '../../../src/core/line/bootstrap';

describe('who is about to log in', () => {
  const table: readonly [string, string, boolean][] = [
    ['keys are being brought in', bootstrapExec.argv.join(' '), true],
    ['the same by an earlier version', '/bin/sh -c PATH=/bin; eval "$(head -c 912)"', true],
    ['an sshd that starts', '/usr/sbin/sshd -i -e -f /run/berth/a1-0/sshd_config', true],
    ['an sshd that has been greeted', 'sshd: [accepted]', true],
    ['a login under way', 'sshd: dev [net]', true],
    ['one that is in', 'sshd: dev@notty', false],
    ['the part of its sshd that is root', 'sshd: dev [priv]', false],
    ['a command', '/bin/sh -c make', false],
  ];
  for (const [what, command, wanted] of table)
    it(`${what}: ${wanted}`, () => assert.equal(isAtDoor([{ pid: 7, parent: 1, command }]), wanted));

  it('a call that is just answered, and not the dialer itself nor what a call has become', () => {
    const dialer = { pid: 7, parent: 1, command: 'berth-dial' };
    const server = { pid: 9, parent: 7, command: 'berth-line berth-waits' };
    assert.equal(isAtDoor([dialer, server]), false);
    assert.equal(isAtDoor([dialer, server, { pid: 11, parent: 7, command: 'berth-dial' }]), true);
  });
});
