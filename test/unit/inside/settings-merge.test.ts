import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { parseMark } from '../../../src/core/inside/editor-setup';
import { serverFolder } from '../../../src/core/inside/server-folder';
import { mergeSettings } from '../../../src/core/inside/settings-merge';

describe('Settings of an editor in a container', () => {
  it('are put into a file that is there, with its comments and all that is not Berth’s', () => {
    const text = '{\n  // mine\n  "editor.tabSize": 8,\n  "files.eol": "\\n",\n}\n';
    const merged = mergeSettings(text, { 'editor.tabSize': 2, 'python.x': { a: [1] } }, {});
    assert.deepEqual(parse(merged ?? ''), { 'editor.tabSize': 8, 'files.eol': '\n', 'python.x': { a: [1] } });
    assert.match(merged ?? '', /\/\/ mine/);
  });

  it('follow the template as long as the user left them as Berth wrote them', () => {
    const before = { a: 1, b: 1 };
    assert.deepEqual(parse(mergeSettings('{"a":1,"b":5}', { a: 2, b: 2 }, before) ?? ''), { a: 2, b: 5 });
  });

  it('make a file where there is none, and leave one alone that cannot be read', () => {
    assert.deepEqual(parse(mergeSettings('', { a: true }, {}) ?? ''), { a: true });
    for (const text of ['{"a": ', '[]', 'no']) assert.equal(mergeSettings(text, { a: 1 }, {}), null, text);
    assert.deepEqual(parseMark('torn{'), { schema: 1, extensions: [], settings: {} });
  });

  it('change nothing the second time, and never a value of the user’s', () => {
    // The parser that reads the outcome here takes this one key for the object's prototype, at any depth.
    const settings = fc
      .dictionary(fc.string({ minLength: 1 }), fc.jsonValue())
      .filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(settings, settings, (theirs, wanted) => {
        const once = mergeSettings(JSON.stringify(theirs), wanted, {});
        assert.ok(once !== null);
        assert.equal(mergeSettings(once, wanted, wanted), once);
        const now = parse(once) as Record<string, unknown>;
        for (const key of Object.keys(theirs)) {
          assert.deepEqual(now[key], (JSON.parse(JSON.stringify(theirs)) as Record<string, unknown>)[key]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('lie where each editor’s server keeps its data', () => {
    assert.deepEqual(['vscode', 'cursor', 'vscode-insiders', 'trae', '../x'].map(serverFolder), [
      '.vscode-server',
      '.cursor-server',
      '.vscode-server-insiders',
      '.trae-server',
      '.x-server',
    ]);
  });
});
