import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PathMapper } from '../../../src/editor/tasks/paths';

const whole = (text: string): string => {
  const mapper = new PathMapper('/workspace', '/home/me/app');
  return mapper.push(text) + mapper.end();
};

describe('a container’s paths in a task’s output', () => {
  it('become the folder’s own', () => {
    assert.equal(whole('File "/workspace/src/a.py", line 3'), 'File "/home/me/app/src/a.py", line 3');
    assert.equal(whole('/workspace/a:1 /workspace/b:2'), '/home/me/app/a:1 /home/me/app/b:2');
  });

  it('stay as they are where they only end or begin alike', () => {
    for (const text of ['/srv/workspace/a', '/workspaces/a', './workspace/a', '/workspace']) {
      assert.equal(whole(text), text);
    }
  });

  it('are found wherever the text is cut', () => {
    const piece = fc.constantFrom('/workspace/a.py', '/work', 'space/', ' ', '/srv', '/workspace', 'x', '"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(80)), (pieces, cuts) => {
        const text = pieces.join('');
        const mapper = new PathMapper('/workspace', '/home/me/app');
        const at = [...new Set(cuts)].filter((cut) => cut < text.length).sort((a, b) => a - b);
        const chunks = [0, ...at].map((start, index) => text.slice(start, at[index] ?? text.length));
        assert.equal(chunks.map((chunk) => mapper.push(chunk)).join('') + mapper.end(), whole(text));
      }),
    );
  });
});
