import assert from 'node:assert/strict';
import { plainBuild } from '../../../src/cli/remembered';

describe('what is remembered of a build', () => {
  it('is asked for by a plain command line alone', () => {
    assert.deepEqual(plainBuild(['build', 'base']), { template: 'base', json: false });
    assert.deepEqual(plainBuild(['build', '--json', './x.yaml']), { template: './x.yaml', json: true });
    const others = ['', 'build', 'up base', 'build base node', 'build --json', 'build -- base'];
    const options = ['--no-cache', '--push=x', '--frozen', '--lock', '--progress=json', '-v', '--verbose', '--help'];
    for (const line of [...others, ...options.map((option) => `build base ${option}`)]) {
      assert.equal(plainBuild(line === '' ? [] : line.split(' ')), null, line);
    }
    assert.equal(plainBuild(['build', '']), null);
  });
});
