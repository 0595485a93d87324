import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plan, rich } from './planned';
import { anyCharacter } from '../any-character';

describe('templates: the Dockerfile', () => {
  it('orders its layers by how often they change', () => {
    const { dockerfile } = plan(rich);
    const phases = [...dockerfile.matchAll(/: berth ([a-z]+(?: [0-9]+)?)/g)].map(([, phase]) => phase);
    assert.deepEqual(phases, [...['base', 'apt', 'pip', 'npm', 'cargo', 'go', 'run 1', 'run 2', 'sudo', 'user']]);
    assert.match(dockerfile, /^FROM python:3\.12-slim-bookworm\n\nUSER root\n/);
    assert.match(dockerfile, /\nUSER pat\n\nWORKDIR \/workspace\n\nCMD \["sleep", "infinity"\]\n$/);
    assert.doesNotMatch(dockerfile, /^(?:LABEL|# syntax)/m);
  });

  it('has one fingerprint with and without build cache mounts', () => {
    const mounted = plan(rich);
    const plain = plan(rich, { buildkit: false });
    assert.equal(plain.fingerprint, mounted.fingerprint);
    assert.match(mounted.dockerfile, /--mount=type=cache/);
    assert.doesNotMatch(plain.dockerfile, /--mount/);
    assert.equal(mounted.tag, `berth/probe:${mounted.fingerprint.slice(0, 12)}`);
  });

  it('makes root the user of a folder of root', () => {
    const { user, home, dockerfile } = plan(rich, { uid: 0, gid: 0 });
    assert.deepEqual([user, home], ['root', '/root']);
    assert.doesNotMatch(dockerfile, /useradd|sudoers|berth sudo/);
  });

  it('asks cargo for a version as a person means it', () => {
    const cargo = ['a', 'b@1.2.3', 'c@1.2', 'd@^1.2', 'e@1.*', 'f@1.2.3-rc.1'];
    const { dockerfile } = plan({ base_image: 'a', packages: { cargo } });
    const asked = [...dockerfile.matchAll(/cargo install \S+ \S+ --root \/usr\/local (.+?)(?: \\)?$/gm)];
    assert.deepEqual(
      asked.map(([, words]) => words),
      [
        'a',
        ...['--version 1.2.3 b', '--version =1.2 c', "--version '^1.2' d", "--version '=1.*' e"],
        '--version 1.2.3-rc.1 f',
      ],
    );
  });

  it('asks go for the newest version where none is named, each package by a command of its own', () => {
    const { dockerfile } = plan({ base_image: 'a', packages: { go: ['a.example/b', 'a.example/c@v1.2.3'] } });
    const asked = [...dockerfile.matchAll(/go install (\S+)/g)].map(([, words]) => words);
    assert.deepEqual(asked, ['a.example/b@latest', 'a.example/c@v1.2.3']);
  });

  it('keeps every download in one folder, mounted or emptied', () => {
    const steps = (buildkit: boolean) =>
      plan(rich, { buildkit })
        .dockerfile.split('\n\n')
        .filter((step) => /: berth (?:base|apt|pip|npm|cargo|go|sudo)\b/.test(step));
    assert.equal(steps(true).length, 7);
    for (const step of steps(true)) {
      assert.match(step, /^RUN --mount=type=cache,id=berth-[a-z0-9-]+,target=\/var\/cache\/berth,sharing=locked /);
    }
    for (const step of steps(false)) assert.match(step, /&& rm -rf \/var\/cache\/berth\/\*$/);
  });

  it('splits what one command line cannot carry, and keeps every line short', () => {
    const apt = Array.from({ length: 10_000 }, (_, index) => `package-number-${index}`);
    const { dockerfile } = plan({ base_image: 'a', packages: { apt } });
    const steps = dockerfile.split('\n\n').filter((step) => step.includes(': berth apt'));
    assert.ok(steps.length > 5 && steps.every((step) => step.length < 100_000));
    assert.deepEqual(dockerfile.match(/package-number-[0-9]+/g), apt);
    for (const line of dockerfile.split('\n')) assert.ok(line.length < 16_000);
  });

  // No template holds NUL or DEL: YAML has no way to write them as they are.
  it('writes any build argument so that it stays one', () => {
    const expected = plan({ base_image: 'a', build_args: { X: '' } }).dockerfile.split('\n').length;
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }).filter((text) => !/[\0\r\n\x7f]/.test(text)),
        (value) => {
          const lines = plan({ base_image: 'a', build_args: { X: value } }).dockerfile.split('\n');
          assert.equal(lines.filter((line) => line.startsWith('ARG X=')).length, 1);
          assert.equal(lines.length, expected);
        },
      ),
    );
  });

  it('writes any build step as one instruction', () => {
    const count = (dockerfile: string) => dockerfile.split(/\n\n/).length;
    const expected = count(plan({ base_image: 'a', run: ['x'] }).dockerfile);
    fc.assert(
      fc.property(
        fc.string({ unit: anyCharacter }).filter((text) => text.trim() !== '' && !/[\0\x7f]/.test(text)),
        (script) => assert.equal(count(plan({ base_image: 'a', run: [script] }).dockerfile), expected),
      ),
    );
  });

  it('refuses a UID that no system has', () => {
    for (const uid of [-1, 1.5, 2 ** 32, Number.NaN]) assert.throws(() => plan(rich, { uid }), RangeError);
  });
});
