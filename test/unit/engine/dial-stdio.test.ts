import assert from 'node:assert/strict';
import { sshArguments } from '../../../src/core/engine/dial-stdio';

describe('engine: ssh:// addresses', () => {
  for (const [url, expected] of [
    ['ssh://far', ['--', 'far']],
    ['ssh://ann@far:2222', ['-l', 'ann', '-p', '2222', '--', 'far']],
    ['ssh://[fd00::2]', ['--', 'fd00::2']],
    ['ssh://-oProxyCommand=x@far', ['-l', '-oProxyCommand=x', '--', 'far']],
  ] as const) {
    it(`runs the system’s ssh for ${url}, and nothing in the address becomes an option`, () => {
      const argv = sshArguments(url);
      assert.deepEqual(argv.slice(3, -1), expected);
      assert.equal(argv.at(-1), 'docker system dial-stdio');
    });
  }
});
