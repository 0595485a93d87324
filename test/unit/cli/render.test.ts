import assert from 'node:assert/strict';
import { detailLines } from '../../../src/cli/render/excerpt';
import { age, columns, duration } from '../../../src/cli/render/layout';
import { tellingOnce } from '../../../src/cli/progress-view';
import { liveProgress, plainProgress } from '../../../src/cli/render/progress';
import { printable, styleFor } from '../../../src/cli/render/style';
import { fit, width } from '../../../src/cli/render/width';
import type { ProgressEvent } from '../../../src/core/log';
import { sizeOf } from '../../../src/core/size';

const plain = styleFor(false, {});

describe('what a terminal is shown', () => {
  it('writes control characters out, so that a folder’s name cannot move the cursor', () => {
    assert.equal(printable('a\nb\u001b[2J\u202e'), String.raw`a\nb\u001b[2J\u202e`);
    assert.equal(printable('Straße 日本 🚢'), 'Straße 日本 🚢');
  });

  it('counts the cells of wide characters, and lays columns out by them', () => {
    assert.equal(width('日本 e\u0301'), 6);
    assert.equal(fit('日本語', 5), '日本');
    assert.deepEqual(
      columns([
        ['日本', 'x'],
        ['abcde', 'y'],
      ]),
      ['日本   x', 'abcde  y'],
    );
  });

  it('has no colours without a terminal, with NO_COLOR, or on a dumb one', () => {
    assert.equal(styleFor(true, {}).red('x'), '\u001b[31mx\u001b[39m');
    for (const style of [plain, styleFor(true, { NO_COLOR: '1' }), styleFor(true, { TERM: 'dumb' })]) {
      assert.equal(style.red('x'), 'x');
    }
  });

  it('tells ages, durations and sizes in the largest fitting unit', () => {
    const now = Date.parse('2026-01-02T00:00:00Z');
    assert.equal(age('2026-01-01T20:59:00Z', now), '3 h');
    assert.equal(age('2026-01-01T23:59:30Z', now), '30 s');
    assert.equal(age('nonsense', now), '');
    assert.equal(duration(400), '0.4 s');
    assert.equal(duration(125_000), '2 min 5 s');
    assert.equal(sizeOf(0), '0 B');
    assert.equal(sizeOf(224_395_264), '214 MiB');
    assert.equal(sizeOf(8 * 1024 ** 3), '8.0 GiB');
  });
});

describe('an error in a file', () => {
  const source = 'apiVersion: devcontainer/v1\nspec:\n  bse_image: x\n';

  it('has its place, its sentence, the line and a mark under the column', () => {
    const detail = {
      message: 'Unknown field',
      file: 'berth.yaml',
      line: 3,
      column: 3,
      path: 'spec.bse_image',
      suggestion: 'base_image',
    };
    assert.deepEqual(detailLines(detail, source, plain), [
      'berth.yaml:3:3 spec.bse_image: Unknown field',
      '  3 |   bse_image: x',
      '    |   ^',
      '  did you mean "base_image"?',
    ]);
  });

  it('does without a source, a place and a column', () => {
    assert.deepEqual(detailLines({ message: 'Empty' }, undefined, plain), ['  Empty']);
    assert.deepEqual(detailLines({ message: 'Bad', file: 'a', line: 9 }, source, plain), ['a:9 Bad']);
  });
});

describe('progress', () => {
  const events: ProgressEvent[] = [
    { kind: 'step', step: 'image', message: 'building' },
    { kind: 'build_step', index: 1, total: 2, name: 'FROM debian', status: 'cached' },
    { kind: 'build_step', index: 2, total: 2, name: 'RUN apt-get install something-long', status: 'started' },
    { kind: 'line', source: 'build', text: 'Get:1 …', stream: 'stdout' },
    { kind: 'build_step', index: 2, total: 2, name: 'RUN apt-get install something-long', status: 'done', ms: 900 },
    { kind: 'step_done', step: 'image', ms: 1234 },
  ];

  function written(view: (target: { write(text: string): void; columns: number }) => ReturnType<typeof plainProgress>) {
    let text = '';
    const shown = view({ write: (more) => (text += more), columns: 30 });
    for (const event of events) shown.report(event);
    shown.end();
    return text;
  }

  it('is one line as each thing begins where there is no terminal', () => {
    assert.equal(
      written((target) => plainProgress(target, false)),
      'image: building\nbuild 1/2: FROM debian (cached)\nbuild 2/2: apt-get install something-long\nimage: done in 1.2 s\n',
    );
    assert.match(
      written((target) => plainProgress(target, true)),
      /^ {2}Get:1 …$/m,
    );
  });

  it('keeps finished steps on a terminal and writes the one under way anew, within one row', () => {
    const text = written((target) => liveProgress(target, plain, false));
    assert.ok(text.endsWith('✔ image       1.2 s\n'));
    const rows = text.split('\n').flatMap((line) => line.split('\r\u001b[K'));
    for (const row of rows) assert.ok(width(row) < 30, row);
    assert.equal(text.split('\n').length, 2);
  });

  it('says a note once where the answer comes on the same terminal', () => {
    let text = '';
    const view = tellingOnce(plainProgress({ write: (more) => (text += more), columns: 80 }, false));
    view.report({ kind: 'notice', message: 'The folder is root’s.' });
    assert.deepEqual(view.untold(['The folder is root’s.', 'Wrote it.']), ['Wrote it.']);
    assert.equal(text, 'note: The folder is root’s.\n');
  });
});
