import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endLine, startLine } from '../../../src/editor/run/format';
import { LineSplitter } from '../../../src/editor/run/lines';
import { commandChoices, withRecent } from '../../../src/editor/run/recent';
import { scriptsIn } from '../../../src/editor/run/scripts';

const exit = { code: 0, timedOut: false, cancelled: false, ms: 1234 };

describe('the lines around a command', () => {
  it('names the command and the time', () => {
    assert.equal(startLine('pytest -q', new Date(2026, 10, 21, 14, 2, 11)), '▶ pytest -q   14:02:11');
    assert.equal(startLine('a\nb', new Date(2026, 10, 21, 4, 2, 1)), '▶ a ⏎ b   04:02:01');
  });

  it('gives the exit code and how long it took', () => {
    assert.equal(endLine(exit), '✔ exit 0 · 1.2 s');
    assert.equal(endLine({ ...exit, code: 3, ms: 420 }), '✖ exit 3 · 0.4 s');
    assert.equal(endLine({ ...exit, code: 137, signal: 'KILL', ms: 12 }), '✖ exit 137 (KILL) · 12 ms');
    assert.equal(endLine({ ...exit, cancelled: true, ms: 125_000 }), '✖ cancelled · 2 min 5 s');
  });
});

describe('output as lines', () => {
  const split = (chunks: readonly Buffer[]): string[] => {
    const lines: string[] = [];
    const splitter = new LineSplitter((line) => lines.push(line));
    for (const chunk of chunks) splitter.push(chunk);
    splitter.end();
    return lines;
  };

  it('strips colours and gives out a last line without its end', () => {
    assert.deepEqual(split([Buffer.from('\x1b[31mred\x1b[0m\r\nlast')]), ['red', 'last']);
  });

  it('are one text a chunk for who takes text', () => {
    const texts: string[] = [];
    const splitter = LineSplitter.joined((text) => texts.push(text));
    for (const chunk of ['a\nb\nc', 'd\n', 'e']) splitter.push(Buffer.from(chunk));
    splitter.end();
    assert.deepEqual(texts, ['a\nb', 'cd', 'e']);
  });

  it('keeps of a progress bar what a terminal would show', () => {
    assert.deepEqual(split([Buffer.from('10 %\r50 %\r100 %\n')]), ['100 %']);
  });

  it('gives the same lines wherever the bytes are cut', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', 'ä', '€', '😀') }), { minLength: 1 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const at = [...new Set(cuts)].filter((cut) => cut < bytes.length).sort((a, b) => a - b);
        const chunks = [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
        assert.deepEqual(split(chunks), lines);
      }),
    );
  });
});

describe('the scripts of a folder', () => {
  const commands = (files: Record<string, string>): string[] =>
    scriptsIn(new Map(Object.entries(files))).map(({ command }) => command);

  it('finds npm scripts and quotes their names', () => {
    const json = JSON.stringify({ scripts: { test: 'mocha', 'a b': 'x', bad: 3 } });
    assert.deepEqual(commands({ 'package.json': json }), ['npm run test', "npm run 'a b'"]);
  });

  it('finds make’s plain targets alone', () => {
    const makefile = 'CC := gcc\n.PHONY: all\nall: build\n\t@echo hi: there\nbuild test:\n%.o: %.c\nX = 1\n';
    assert.deepEqual(commands({ Makefile: makefile }), ['make all', 'make build', 'make test']);
  });

  it('finds the scripts of pyproject.toml', () => {
    const toml =
      '[project]\nname = "x"\n[project.scripts]\nhello = "hello:main" # c\n[tool.poe.tasks]\nlint = "ruff ."\n';
    assert.deepEqual(commands({ 'pyproject.toml': toml }), ['hello', 'poe lint']);
  });

  it('makes nothing of broken files', () => {
    assert.deepEqual(commands({ 'package.json': '{', 'pyproject.toml': '[[[', Makefile: '\t:' }), []);
    assert.deepEqual(commands({ 'package.json': 'null' }), []);
    assert.deepEqual(commands({ 'package.json': '{"scripts":[]}' }), []);
  });
});

describe('what Run Command… offers', () => {
  const scripts = [{ source: 'npm', name: 'test', command: 'npm run test', detail: 'mocha' }];

  it('puts what is typed first, then the recent, then the scripts, each once', () => {
    const choices = commandChoices(
      ' ls ',
      ['npm run test', 'pwd'],
      [...scripts, { source: 'make', name: 'all', command: 'make all', detail: '' }],
    );
    assert.deepEqual(
      choices.map(({ kind, command }) => `${kind} ${command}`),
      ['typed ls', 'recent npm run test', 'recent pwd', 'script make all'],
    );
  });

  it('remembers the last 20, the newest first', () => {
    let recent: string[] = [];
    for (let index = 0; index < 25; index += 1) recent = withRecent(recent, `echo ${index}`);
    assert.equal(recent.length, 20);
    assert.equal(recent[0], 'echo 24');
    assert.deepEqual(withRecent(['a', 'b', 'c'], 'b'), ['b', 'a', 'c']);
  });
});
