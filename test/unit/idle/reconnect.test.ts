import assert from 'node:assert/strict';
import { holderOf, isHeld } from '../../../src/core/idle/reconnect';
import type { HostProcess } from '../../../src/core/idle/reconnect';

const one = (pid: number, command: string, terminal = false): HostProcess => ({
  pid,
  started: `${pid}00`,
  argv: command.split(' '),
  terminal,
});
const ssh = (pid: number): HostProcess => one(pid, 'ssh -T -D 4321 berth-web-1a2b3c bash', false);
const main = one(10, '/usr/share/code/code');
const window = one(20, '/usr/share/code/code --type=utility --utility-sub-type=node.mojom.NodeService');

describe('Who reconnects by itself after a stop', () => {
  it('is the process that an editor has for each window, straight above the proxy, above ssh, or above a helper', () => {
    const roads = [
      [window, main],
      [ssh(31), window, main],
      [one(32, '/bin/sh /home/u/.local/state/berth/bin/berth ssh-proxy --home /h'), ssh(31), window, main],
      [one(32, 'bash -c "/h/bin/berth" ssh-proxy --home /h'), ssh(31), one(30, 'node localServer.js'), window, main],
    ];
    for (const above of roads) assert.deepEqual(holderOf(above), { pid: 20, started: '2000' });
  });

  it('is whatever started ssh elsewhere, such as autossh', () => {
    assert.equal(holderOf([ssh(31), one(30, 'autossh -M 0 berth-web-1a2b3c', true), one(5, 'bash', true)])?.pid, 30);
    assert.equal(holderOf([ssh(31), one(30, 'bash loop.sh', true), one(5, 'bash', true)])?.pid, 30);
  });

  it('is nobody at a prompt, in a terminal of the same editor too', () => {
    for (const shell of [
      '-bash',
      'zsh -il',
      'bash --init-file /x/shellIntegration-bash.sh',
      'pwsh -noexit -command x',
    ]) {
      assert.equal(holderOf([ssh(31), one(30, shell, true), window, main]), null, shell);
    }
    const berth = one(29, 'node /h/lib/cli.js ssh web', true);
    assert.equal(
      holderOf([ssh(31), berth, one(30, '-bash', true), window])?.pid,
      29,
      'not the editor above the prompt',
    );
    assert.equal(holderOf([]), null);
    assert.equal(holderOf([ssh(31)]), null, 'what cannot be told is a person');
  });

  it('is held for that stop alone, and under that number alone', () => {
    const stop = { container: 'c1', finishedAt: '2026-11-21T10:00:00Z' };
    const holder = { pid: 20, started: '2000' };
    const holds = [{ ...stop, holder }];
    assert.equal(isHeld(holds, stop, holder), true);
    assert.equal(isHeld(holds, stop, null), false);
    assert.equal(isHeld(holds, stop, { pid: 20, started: '9' }), false, 'another process with its number');
    assert.equal(isHeld(holds, { ...stop, finishedAt: '2026-11-21T11:00:00Z' }, holder), false, 'a later stop');
    assert.equal(isHeld(holds, { ...stop, container: 'c2' }, holder), false, 'the container after a refresh');
  });
});
