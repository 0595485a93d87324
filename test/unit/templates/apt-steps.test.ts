import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aptGroups, growing } from '../../../src/core/templates/image/apt-steps';
import { builtInDir, template, TemplateFolder } from './folder';
import { plan, target } from './planned';
import { createTemplates } from '../../../src/core/templates';

/** The instructions that install apt packages, by what each names, the repeated ones left of the bar. */
function steps(dockerfile: string): string[] {
  return dockerfile
    .split('\n\n')
    .filter((step) => step.includes(': berth apt'))
    .map((step) => {
      const [, before = '', names = ''] = /--no-install-recommends -- ([^\\]*)\\\n([^|]*)/.exec(step) ?? [];
      const plain = (text: string) => text.replaceAll('\\\n', ' ').trim().split(/\s+/).join(' ');
      return `${plain(before)}|${plain(names.replace(/&&[^]*$/, '').replace(/\\\s*$/, ''))}`;
    });
}

const names = (length: number) => Array.from({ length }, (_, index) => `p${index}`);
const dockerfileOf = (apt: readonly string[], more: object = {}) =>
  plan({ base_image: 'a', packages: { apt }, ...more });

describe('templates: apt packages in steps', () => {
  it('are ones at the end, before them fours, before those sixteens', () => {
    const sizes = (length: number) => growing(length).join(' ');
    const table = [0, 1, 4, 5, 6, 8, 9, 20, 21, 84, 85].map((length) => [length, sizes(length)]);
    assert.deepEqual(table, [
      [0, ''],
      [1, '1'],
      [4, '1 1 1 1'],
      [5, '4 1'],
      [6, '4 1 1'],
      [8, '4 1 1 1 1'],
      [9, '4 4 1'],
      [20, '4 4 4 4 1 1 1 1'],
      [21, '16 4 1'],
      [84, '16 16 16 16 4 4 4 4 1 1 1 1'],
      [85, '64 16 4 1'],
    ]);
  });

  it('are few for any list, hold every name once and in order, and end with one of a single name', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (length) => {
        const sizes = growing(length);
        assert.equal(
          sizes.reduce((sum, size) => sum + size),
          length,
        );
        assert.ok(sizes.length <= 4 * Math.ceil(Math.log(3 * length + 1) / Math.log(4)));
        assert.equal(sizes.at(-1), 1);
        const groups = aptGroups(names(length));
        assert.deepEqual(
          groups.flatMap((group) => group.names),
          names(length),
        );
        assert.ok(groups.length <= 40);
      }),
      { numRuns: 25 },
    );
  });

  it('leave the steps before an added name as they are, but for one addition in four', () => {
    const built = (length: number) => dockerfileOf(names(length)).dockerfile.split('\n\n');
    const kept = [1, 2, 3, 4, 5, 6, 7, 8].map((length) => {
      const [former, latter] = [built(length), built(length + 1)];
      return (
        former.findIndex((step, index) => step !== latter[index]) -
        former.findIndex((step) => step.includes('berth apt'))
      );
    });
    // How many apt steps stay: all there were, until four make one.
    assert.deepEqual(kept, [1, 2, 3, 0, 2, 3, 4, 1]);
  });

  it('name what earlier ones installed, which apt then keeps', () => {
    assert.deepEqual(steps(dockerfileOf(['g++', 'bc', 'ed']).dockerfile), ['|g++', 'g++|bc', 'g++ bc|ed']);
    const long = aptGroups(Array.from({ length: 600 }, (_, index) => `a-package-of-a-long-name-${index}`));
    assert.ok(long.every(({ before }) => before.join(' ').length <= 8 * 1024));
  });

  it('put all up to the last name with a version into one', () => {
    assert.deepEqual(steps(dockerfileOf(['bc', 'curl=7.88.1', 'ed', 'dc']).dockerfile), [
      '|bc curl=7.88.1',
      'bc curl=7.88.1|ed',
      'bc curl=7.88.1 ed|dc',
    ]);
  });

  it('are one where no build keeps the lists, and the image is the same by its fingerprint', () => {
    const one = plan({ base_image: 'a', packages: { apt: names(9) } }, { buildkit: false });
    assert.deepEqual(steps(one.dockerfile), [`|${names(9).join(' ')}`]);
    assert.equal(one.fingerprint, dockerfileOf(names(9)).fingerprint);
  });

  it('are one for each parent, whoever extends it, and those of a berth.local.yaml come last', async () => {
    await using folder = await TemplateFolder.create({
      'built-in/lower.yaml': template('base_image: a\npackages: { apt: [a1, a2] }', 'name: lower'),
      'user/upper.yaml': template('packages: { apt: [a2, b1, b2] }', 'name: upper\nextends: lower'),
      'berth.yaml': template('packages: { apt: [b1, c1, c2] }', 'name: own\nextends: upper'),
      'berth.local.yaml': 'spec: { packages: { apt: [d1, d2] } }',
      'none/berth.yaml': template('packages: { apt: null }', 'name: none\nextends: upper'),
      'again/berth.yaml': template('packages: { apt: [e1, e2] }', 'name: again\nextends: ../none/berth.yaml'),
    });
    const of = async (name: string) => {
      const resolved = await folder.templates.resolve(name);
      const sum = (resolved.aptShares ?? []).reduce((all, share) => all + share.names, 0);
      assert.equal(sum, resolved.spec.packages.apt.length);
      return steps(folder.templates.plan(resolved, target).dockerfile);
    };
    assert.deepEqual(await of('lower'), ['|a1 a2']);
    assert.deepEqual(await of(folder.path('berth.yaml')), [
      '|a1 a2',
      'a1 a2|b1 b2',
      'a1 a2 b1 b2|c1',
      'a1 a2 b1 b2 c1|c2',
      'a1 a2 b1 b2 c1 c2|d1',
      'a1 a2 b1 b2 c1 c2 d1|d2',
    ]);
    assert.deepEqual(await of(folder.path('none')), []);
    assert.deepEqual(await of(folder.path('again')), ['|e1', 'e1|e2']);
  });

  it('keep every built-in template at one step for each template of its chain', async () => {
    const templates = createTemplates({ builtInDir, userDir: 'none' });
    for (const { name } of await templates.list()) {
      const resolved = await templates.resolve(name);
      const { dockerfile } = templates.plan(resolved, target);
      assert.equal(steps(dockerfile).length, resolved.aptShares?.length, name);
    }
  });

  it('fetch the lists anew only where the last build of a few minutes did not, or went wrong', () => {
    const [first = ''] = dockerfileOf(['bc'])
      .dockerfile.split('\n\n')
      .filter((step) => step.includes('berth apt'));
    assert.match(first, /find "\$mark" -mmin -10[^]*\|\| \{ rm -f \S+ && apt-get [^]* update && touch "\$mark"; \}/);
    assert.match(first, /\|\| \{ rm -f \/var\/cache\/berth\/updated-\*; exit 1; \}/);
  });
});
