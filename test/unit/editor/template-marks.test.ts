import assert from 'node:assert/strict';
import type { TemplateCheck } from '../../../src/core/templates/types';
import { marksOf } from '../../../src/editor/templates/marks';
import { isTemplateFile } from '../../../src/editor/templates/template-files';
import { nameAt, partAt } from '../../../src/editor/templates/word-range';

/** What a stretch that begins at the first `^` below a line covers. */
function covered(line: string, marker: string, of: typeof partAt): string {
  const { start, end } = of(line, marker.indexOf('^'));
  return line.slice(start, end);
}

describe('the marks in a template', () => {
  it('go to the end of the key, the plain value, the quoted text or the bracket', () => {
    const table: [line: string, marker: string, part: string, name: string][] = [
      ['  bse_image: debian:bookworm', '  ^', 'bse_image', 'bse_image'],
      ['  base_image: debian:bookworm # why', '              ^', 'debian:bookworm', 'debian'],
      ['  mode: "bnd" # x', '        ^', '"bnd"', 'bnd'],
      ["  k: 'it''s' # x", '     ^', "'it''s'", 'it'],
      ['  k: "a \\" b", c', '     ^', '"a \\" b"', 'a'],
      ['  workspace: { pth: /x, mode: bind }', '               ^', 'pth', 'pth'],
      ['  workspace: { pth: /x, mode: bnd }', '                              ^', 'bnd', 'bnd'],
      ['  apt: [git, curl x, less]', '             ^', 'curl x', 'curl'],
      ['  apt: [git, [a]] # c', '       ^', '[git, [a]]', ''],
      ['  apt: [git,', '       ^', '[git,', ''],
      ['  - curl, or not', '    ^', 'curl, or not', 'curl'],
      ['spec:', '      ^', 'spec:', ''],
      ['', '^', '', ''],
    ];
    for (const [line, marker, part, name] of table) {
      assert.equal(covered(line, marker, partAt), part, line);
      assert.equal(covered(line, marker, nameAt), name, line);
    }
  });

  const none: TemplateCheck = { problems: [], extendsAt: null };
  const file = '/w/berth.yaml';
  const text = '# mine\napiVersion: devcontainer/v1\nmetadata:\n  extends: mid\nspec:\n  rn: []\n  ports: [80]\n';

  it('are errors with the fix in place of the name', () => {
    const marks = marksOf(file, text, {
      ...none,
      problems: [{ message: 'spec.rn is no field.', file, line: 6, column: 3, suggestion: 'run' }],
    });
    assert.deepEqual(marks, [
      {
        line: 5,
        start: 2,
        end: 4,
        message: 'spec.rn is no field. Did you mean "run"?',
        severity: 'error',
        fix: { start: 2, end: 4, text: 'run' },
        related: [],
      },
    ]);
  });

  it('show what is wrong in a parent once, where it is named, and in berth.local.yaml at the top', () => {
    const parent = [1, 2].map((line) => ({ message: `bad ${line}`, file: '/w/mid.berth.yaml', line, column: 1 }));
    const local = { message: 'worse', file: '/w/berth.local.yaml', line: 1, column: 1 };
    const marks = marksOf(file, text, {
      ...none,
      problems: [...parent, local],
      extendsAt: { file, line: 4, column: 12 },
    });
    assert.deepEqual(
      marks.map(({ line, start, end, message, related }) => [line, start, end, message, related.length]),
      [
        [3, 11, 14, 'In mid.berth.yaml: bad 1 (and 1 more)', 2],
        [1, 0, 10, 'In berth.local.yaml: worse', 1],
      ],
    );
  });

  it('stay inside the text, whatever place a problem names', () => {
    const [mark] = marksOf(file, 'x: 1', { ...none, problems: [{ message: 'm', line: 99, column: 99 }] });
    assert.deepEqual([mark?.line, mark?.start, mark?.end], [0, 0, 4]);
    assert.equal(marksOf(file, '', { ...none, problems: [{ message: 'The file is too large.' }] }).length, 1);
  });
});

describe('template files', () => {
  it('are known by their name, or by the user’s folder of templates', () => {
    const yes = ['/w/berth.yaml', '/w/berth.local.yaml', '/w/a.berth.yaml', '/w/a.berth.yml', '/c/templates/x.yaml'];
    const no = ['/w/x.yaml', '/w/berth.json', '/c/templates/x.txt', '/c/templates/deep/x.yaml', '/w/.berth.yaml.swp'];
    assert.deepEqual(
      yes.filter((path) => !isTemplateFile(path, '/c/templates')),
      [],
    );
    assert.deepEqual(
      no.filter((path) => isTemplateFile(path, '/c/templates')),
      [],
    );
  });
});
