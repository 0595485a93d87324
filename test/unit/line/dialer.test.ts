import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ContainerSpec } from '../../../src/core/engine/types';
import { besideDialer, dialer, withoutDialer } from '../../../src/core/line/dialer';

describe('the dialer', () => {
  const pipe = '0123456789ab';
  const command = ['/bin/sh', '-c', 'echo "$1" \'two words\'', 'sh', 'a  b'];

  it('goes beside a command, which gets its words as they are, whatever becomes of the dialer', async () => {
    const [program = '', ...words] = besideDialer(pipe, command);
    // No folder of a container is here, so the dialer itself comes to nothing.
    const { stdout } = await promisify(execFile)(program, words);
    assert.equal(stdout, 'a  b two words\n');
  });

  it('is taken out of what a container is made with again, and leaves another alone', () => {
    const spec = {
      name: 'c',
      command: besideDialer(pipe, command),
      dial: { folder: '/f', pipe },
    } as unknown as ContainerSpec;
    assert.deepEqual(withoutDialer(spec), { name: 'c', command });
    assert.deepEqual(withoutDialer({ name: 'c', command } as unknown as ContainerSpec), { name: 'c', command });
  });

  it('takes nothing for a pipe that is none', () => {
    for (const name of ['', '../etc/passwd', '0123456789AB', '$(id)', `${pipe}0`]) {
      assert.throws(() => besideDialer(name, command), RangeError);
    }
  });

  it('is perl that compiles', async () => {
    const { stderr } = await promisify(execFile)('perl', ['-c', '-e', dialer]);
    assert.match(stderr, /syntax OK/);
  });
});
