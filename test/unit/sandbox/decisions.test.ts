import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rootsOf } from '../../../src/core/sandbox/boxes';
import { applyEdits } from '../../../src/core/sandbox/edit';
import { cursorOf, encoded, positionOf } from '../../../src/core/sandbox/output';
import { readReply, recordedOf } from '../../../src/core/sandbox/recorded-reply';
import { recordedId } from '../../../src/core/sandbox/recorded';
import { templateOf } from '../../../src/core/sandbox/spawn';
import { anyCharacter } from '../any-character';

const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('output of recorded commands', () => {
  it('is text wherever it is cut, and comes to the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), fc.integer({ min: 4, max: 9 }), (text, piece) => {
        const clean = text.replaceAll('\0', '');
        const bytes = Buffer.from(clean);
        let at = 0;
        let read = '';
        while (at < bytes.length) {
          const part = bytes.subarray(at, at + piece);
          const { text: some, encoding, used } = encoded(part, at + part.length < bytes.length);
          assert.equal(encoding, 'utf8');
          read += some;
          at += used;
        }
        assert.equal(read, bytes.toString());
      }),
    );
  });

  it('is base64 where it is no text', () => {
    assert.deepEqual(encoded(Buffer.from([0xff, 0xfe]), false), { text: '//4=', encoding: 'base64', used: 2 });
    assert.equal(encoded(Buffer.from('a\0b'), false).encoding, 'base64');
    assert.equal(encoded(Buffer.from([0xc3]), false).encoding, 'base64');
  });

  it('is read on from a cursor, which nothing else passes for', () => {
    assert.deepEqual(positionOf(cursorOf({ out: 12, err: 3 })), { out: 12, err: 3 });
    for (const wrong of ['', '1', '-1.2', '1.2.3', '1e3.0', ' 1.2'])
      assert.equal(
        code(() => positionOf(wrong)),
        'bad_usage',
      );
  });

  it('is taken apart by what the recorder says before it', () => {
    const reply = readReply(Buffer.from('new over 3 40 exit 100 2 3 2 1 0\nabcde'));
    assert.ok(reply.kind === 'told');
    const told = recordedOf('id', { out: 97, err: 0 }, reply);
    assert.deepEqual([told.state, told.exitCode, told.ms, told.cursor], ['exited', 3, 40, '100.2']);
    assert.deepEqual(told.stdout, { text: 'abc', encoding: 'utf8', left: 0, dropped: true });
    assert.deepEqual(told.stderr, { text: 'de', encoding: 'utf8', left: 0, dropped: false });
    assert.deepEqual(readReply(Buffer.from('busy 4\n')), { kind: 'busy', running: 4 });
    assert.equal(
      code(() => readReply(Buffer.from('motd of a shell\n'))),
      'internal',
    );
  });

  it('belongs to an id, which cannot name anything else', () => {
    const id = `${'a'.repeat(12)}.${'0'.repeat(24)}.dev`;
    assert.equal(recordedId(id).user, 'dev');
    for (const wrong of ['', `${id}/..`, id.replace('dev', '$(x)'), id.replace('0', '/')]) {
      assert.equal(
        code(() => recordedId(wrong)),
        'command_unknown',
      );
    }
  });
});

describe('edits of files', () => {
  it('replace each text as often as it was said to be there, or nothing', () => {
    const bytes = Buffer.from('a b a\n');
    const { content, replaced } = applyEdits(bytes, [
      { old: 'a', new: 'aa', count: 2 },
      { old: 'b', new: '', count: 1 },
    ]);
    assert.deepEqual([content.toString(), replaced], ['aa  aa\n', 3]);
    for (const count of [1, 3])
      assert.equal(
        code(() => applyEdits(bytes, [{ old: 'a', new: '', count }])),
        'file_changed',
      );
    assert.equal(
      code(() => applyEdits(bytes, [{ old: '', new: 'x', count: 1 }])),
      'bad_usage',
    );
  });

  it('leave bytes that are no text as they are', () => {
    const { content } = applyEdits(Buffer.from([0xff, 0x41, 0xfe]), [{ old: 'A', new: '$&', count: 1 }]);
    assert.deepEqual([...content], [0xff, 0x24, 0x26, 0xfe]);
  });
});

describe('an agent’s own container', () => {
  it('is made of another template, with the limits it is given and no credentials', () => {
    const given = { cpus: 2, memoryMb: 512, pids: 100, ttlMs: 1, notices: [] };
    const wish = { template: 'python', network: 'none' } as const;
    const made = JSON.parse(templateOf(wish, given)) as { metadata: object; spec: Record<string, unknown> };
    const { metadata, spec } = made;
    assert.deepEqual(metadata, { name: 'agent', extends: 'python' });
    assert.deepEqual(spec['resources'], { cpus: 2, memory: '512m', pids: 100 });
    assert.deepEqual(
      [spec['secrets'], spec['git'], spec['security']],
      [null, { credentials: 'none' }, { network: 'none' }],
    );
  });

  it('lets files be reached in the workspace and the template’s mounts alone', () => {
    const spec = { volumes: [{ container: '/data/' }, { container: '/' }, { container: 'x' }, null] };
    assert.deepEqual(rootsOf('/workspace', spec), ['/workspace', '/data']);
    for (const odd of [{}, { volumes: null }, { volumes: 3 }]) assert.deepEqual(rootsOf('/w', odd), ['/w']);
  });
});
