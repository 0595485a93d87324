import assert from 'node:assert/strict';
import { processesOf } from '../../../src/core/engine/processes';
import { connectionsOf } from '../../../src/core/projects/detail';

describe('who is in a container', () => {
  const processes = processesOf({
    Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
    Processes: [
      ['root', '50', '28', '0', '04:06', '?', '00:00:00', '/sbin/docker-init -- sleep infinity'],
      ['root', '81', '28', '1', '04:06', '?', '00:00:00', 'sshd: dev [priv]'],
      ['1000', '98', '28', '0', '04:06', '?', '00:00:00', 'sleep 5'],
      ['1000', '104', '81', '0', '04:06', '?', '00:00:00', 'sshd: dev@notty'],
      ['1000', '105', '104', '0', '04:06', '?', '00:00:00', 'sleep 5'],
      ['root', '120', '28', '0', '04:07', '?', '00:00:00', 'sshd: root@pts/0'],
    ],
  });

  it('is told by processes: two processes of one sshd are one connection', () => {
    assert.deepEqual(connectionsOf(processes, 3), { ssh: 2, exec: 1 });
    assert.deepEqual(connectionsOf([], 0), { ssh: 0, exec: 0 });
  });

  it('is told apart from commands where a connection hangs below the dialer, which is no exec', () => {
    const dialled = processesOf({
      Titles: ['PID', 'PPID', 'CMD'],
      Processes: [
        ['50', '28', '/sbin/docker-init -- sleep infinity'],
        ['60', '50', 'berth-dial'],
        ['81', '60', 'sshd: dev [priv]'],
        ['104', '81', 'sshd: dev@notty'],
        ['98', '28', 'sleep 5'],
      ],
    });
    assert.deepEqual(connectionsOf(dialled, 1), { ssh: 1, exec: 1 });
    assert.deepEqual(connectionsOf([...dialled, { pid: 120, parent: 28, command: 'sshd: dev [priv]' }], 2), {
      ssh: 2,
      exec: 1,
    });
  });

  it('is read by the columns’ titles, whatever their order', () => {
    assert.deepEqual(processesOf({ Titles: ['COMMAND', 'PPID', 'PID'], Processes: [['sh', '1', '7']] }), [
      { pid: 7, parent: 1, command: 'sh' },
    ]);
    assert.deepEqual(processesOf({ Processes: null }), []);
  });
});
