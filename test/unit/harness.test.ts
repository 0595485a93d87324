import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { rulesOf } from '../harness/bridge';
import { withoutGitDependency } from '../harness/editors';
import { aptEntries, mirrorOf, standInSources } from '../harness/host';
import { verdict } from '../harness/images';
import { longestFirst } from '../harness/durations';
import { inLanes, rooms } from '../harness/lanes';
import { leaked } from '../harness/leaks';
import { oldNode, refusal } from '../harness/machine.mjs';
import { REPOSITORY } from '../harness/paths';
import { closing, judge } from '../harness/tally';

describe('the test bed', () => {
  it('installs only as root on Debian, and says what to install elsewhere', () => {
    assert.equal(refusal({ root: true, debian: true }, ['chromium']), undefined);
    assert.match(refusal({ root: false, debian: true }, ['chromium']) ?? '', /sudo apt-get install -y chromium/);
    assert.match(refusal({ root: true, debian: false }, ['chromium']) ?? '', /Missing: chromium/);
  });

  it('refuses a Node that is too old', () => {
    assert.equal(oldNode('v20.19.0'), undefined);
    assert.equal(oldNode('v24.0.0'), undefined);
    for (const version of ['v20.18.3', 'v18.20.0']) assert.match(oldNode(version) ?? '', /too old/);
  });

  it('counts a suite that ran nothing, crashed or ended badly as failed', () => {
    const results = { passed: 3, failed: 0, pending: 0, failures: [] };
    assert.deepEqual(judge('a', 0, results), { name: 'a', passed: 3, failed: 0, skipped: 0, reasons: [] });
    assert.equal(judge('a', 0, { ...results, passed: 0 }).failed, 1);
    assert.equal(judge('a', 1, undefined).failed, 1);
    assert.equal(judge('a', 7, results).failed, 1);
  });

  it('closes with the sums, and names skipped ones only where there are some', () => {
    const result = { name: 'a', passed: 2, failed: 1, skipped: 0, reasons: [] };
    assert.equal(closing([result, result]), '4 passed, 2 failed');
    assert.equal(closing([{ ...result, skipped: 1 }]), '2 passed, 1 failed, 1 skipped');
  });

  it('reads a mirror out of both of apt’s formats, and passes over other vendors’ repositories', () => {
    const vendor = aptEntries('deb https://vendor.test/linux/debian bookworm stable\n');
    const lines = aptEntries('deb [arch=amd64] https://mirror.test/debian/ bookworm main\n# deb http://no.test x main');
    const stanza = aptEntries('Types: deb\nURIs: https://sec.test/s\nSuites: bookworm-security\nComponents: main\n');
    const { mirror, sources } = standInSources([...vendor, ...lines, ...stanza], 'bookworm');
    assert.equal(mirror, 'https://mirror.test/debian');
    assert.match(sources, /^deb https:\/\/sec\.test\/s bookworm-security main$/m);
  });

  it('takes the mirror of another release, and stops with the reason where there is none at all', () => {
    const newer = standInSources(aptEntries('deb https://mirror.test/debian trixie main contrib\n'), 'bookworm');
    assert.equal(mirrorOf(newer), 'https://mirror.test/debian');
    assert.doesNotMatch(newer.sources, /security/);
    const elsewhere = standInSources(aptEntries('deb https://mirror.test/ubuntu noble main universe\n'), 'bookworm');
    assert.deepEqual(elsewhere, { mirror: '', sources: '' });
    assert.throws(() => mirrorOf(elsewhere), /No Debian mirror could be read from \/etc\/apt.*docker pull/);
  });

  it('never replaces an image that it did not make', () => {
    assert.equal(verdict(undefined, 'f'), 'make');
    assert.equal(verdict({}, 'f'), 'keep');
    assert.equal(verdict({ 'dev.berth.testbed': '1', 'dev.berth.testbed.facts': 'f' }, 'f'), 'keep');
    assert.equal(verdict({ 'dev.berth.testbed': '1', 'dev.berth.testbed.facts': 'old' }, 'f'), 'make');
  });

  it('names what is there after a run and was not before', () => {
    const before = new Map([['volume', new Map([['a', 'a']])]]);
    const after = new Map([
      [
        'volume',
        new Map([
          ['a', 'a'],
          ['b', 'b'],
        ]),
      ],
    ]);
    assert.deepEqual(leaked(before, after), ['volume b']);
  });

  it('takes back exactly the rules of its own bridge', () => {
    const saved = '*nat\n-A POSTROUTING -s 10.0.0.0/24 ! -o b1 -j MASQUERADE\n-A POSTROUTING ! -o b2 -j MASQUERADE\n';
    assert.deepEqual(rulesOf('b1', saved), [
      ['-t', 'nat', '-D', 'POSTROUTING', '-s', '10.0.0.0/24', '!', '-o', 'b1', '-j', 'MASQUERADE'],
    ]);
  });

  it('puts a release in the place of a dependency that only a git host serves', () => {
    const text = JSON.stringify({ dependencies: { '@parcel/watcher': 'parcel-bundler/watcher#1ca0', other: '1.0.0' } });
    const fixed = JSON.parse(withoutGitDependency(text)) as { dependencies: Record<string, string> };
    assert.deepEqual(fixed.dependencies, { '@parcel/watcher': '2.5.1', other: '1.0.0' });
  });

  it('runs as many suites at a time as it has lanes, in their order, and ends those that run when one fails', async () => {
    const said: string[] = [];
    let together = 0;
    let most = 0;
    const task =
      (name: string, fails = false) =>
      async () => {
        said.push(`${name} begins`);
        most = Math.max(most, (together += 1));
        await nextTurn();
        together -= 1;
        said.push(`${name} ends`);
        if (fails) throw new Error(name);
      };
    await inLanes(
      2,
      ['a', 'b', 'c'].map((name) => task(name)),
    );
    assert.equal(most, 2);
    assert.deepEqual(said, ['a begins', 'b begins', 'a ends', 'c begins', 'b ends', 'c ends']);
    said.length = 0;
    await assert.rejects(inLanes(2, [task('a', true), task('b'), task('c')]), /^Error: a$/);
    assert.deepEqual(said, ['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('begins with the suites that took longest, and before them with those that it has not seen yet', () => {
    const tasks = ['new', 'short', 'long', 'newer'].map((name) => ({ name }));
    const names = longestFirst(tasks, { short: 10, long: 200 }).map(({ name }) => name);
    assert.deepEqual(names, ['new', 'newer', 'long', 'short']);
  });

  it('takes every test file of a folder once, by the room it lies in, the largest room first', () => {
    const folder = join(REPOSITORY, 'test/engine');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.test.ts'),
    );
    const found = rooms(folder, files);
    assert.deepEqual(found.flatMap((room) => room.files).sort(), files.map((name) => join(folder, name)).sort());
    assert.ok(found.every(({ room, files: own }) => own.every((file) => file.startsWith(join(folder, room)))));
    const sizes = found.map((room) => room.files.reduce((sum, file) => sum + statSync(file).size, 0));
    assert.deepEqual(
      sizes,
      [...sizes].sort((a, b) => b - a),
    );
  });
});
