import assert from 'node:assert/strict';
import { TemplateBed, type Built } from './bed';

/** Crates and Go packages come from a folder that the stand-ins bring, in place of the registries. */
describe('packages of each manager', function () {
  this.timeout(300_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  const rust = (cargo: readonly string[]) => ({
    metadata: { name: 'probe', extends: 'rust' },
    spec: { packages: { cargo } },
  });
  const go = (names: readonly string[]) => ({
    metadata: { name: 'probe', extends: 'go' },
    spec: { packages: { go: names } },
  });

  const cases = [
    ['the newest crate', rust(['berth-demo-crate']), 'berth-demo-crate 1.1.0'],
    ['a crate of one version', rust(['berth-demo-crate@1.0.0']), 'berth-demo-crate 1.0.0'],
    ['a crate of the newest patch', rust(['berth-demo-crate@1.0']), 'berth-demo-crate 1.0.0'],
    ['a crate within a range', rust(['berth-demo-crate@^1.0.0']), 'berth-demo-crate 1.1.0'],
    ['the newest Go package', go(['berth.example/demo/cmd/berth-demo-go']), 'berth-demo-go v1.1.0'],
    ['a Go package of one version', go(['berth.example/demo/cmd/berth-demo-go@v1.0.0']), 'berth-demo-go v1.0.0'],
  ] as const;
  for (const [what, template, says] of cases) {
    it(`${what} is on its user's PATH`, async () => {
      const built = await bed.build(await bed.plan(template));
      const program = says.split(' ')[0] ?? '';
      assert.equal(
        (await built.sh(`command -v ${program}; ${program}`)).stdout,
        `/usr/local/bin/${program}\n${says}\n`,
      );
    });
  }

  it('a crate that is not there fails in a step that names cargo', async () => {
    await assert.rejects(
      bed.plan(rust(['nowhere-crate'])).then((plan) => bed.build(plan)),
      /cargo: .*nowhere-crate/,
    );
  });

  it('a missing toolchain is told as what to do', async () => {
    for (const [packages, words] of [
      [{ cargo: ['a'] }, /packages\.cargo needs cargo in the image/],
      [{ go: ['a.example/b'] }, /packages\.go needs go in the image/],
    ] as const) {
      await assert.rejects(
        bed.plan({ spec: { packages } }).then((plan) => bed.build(plan)),
        words,
      );
    }
  });

  for (const [manager, template, packages, brought] of [
    ['apt', 'base', { apt: ['tree'] }, '/usr/bin/tree'],
    ['cargo', 'rust', { cargo: ['berth-demo-crate'] }, '/usr/local/bin/berth-demo-crate'],
    ['go', 'go', { go: ['berth.example/demo/cmd/berth-demo-go'] }, '/usr/local/bin/berth-demo-go'],
    ['pip', 'python', { pip: ['berth-demo-wheel'] }, '/berth_demo_wheel'],
    ['npm', 'node', { npm: ['is-number@7.0.0'] }, '/usr/local/lib/node_modules/is-number'],
  ] as const) {
    it(`${manager}: with build cache mounts and without, the same files are in the image`, async () => {
      // All else is there already in both, so that they differ by the one step alone.
      const { tag } = await bed.build(await bed.plan(template));
      const wanted = { metadata: { name: 'probe' }, spec: { base_image: tag, packages } };
      const mounted = await bed.plan(wanted, { buildkit: true });
      const plain = await bed.plan(wanted, { buildkit: false });
      assert.equal(plain.fingerprint, mounted.fingerprint);
      const [one, two] = [await files(await bed.build(mounted)), await files(await bed.build(plain))];
      const only = (lines: string[], others: string[]) => {
        const there = new Set(others);
        return lines.filter((line) => !there.has(line));
      };
      assert.ok(one.some((line) => line.endsWith(brought)));
      assert.deepEqual([only(one, two), only(two, one)], [[], []]);
    });
  }

  /** Kind, mode, owner and path of every file. Python writes its caches when it runs, and npm's logs bear their date. */
  async function files(built: Built): Promise<string[]> {
    const skipped = "\\( -path /proc -o -name __pycache__ \\) -prune -o -not -path '*/_logs/*'";
    const { stdout } = await built.sh(`find / -xdev ${skipped} -printf '%y %m %u %p\\n' | sort`, 'root');
    return stdout.split('\n');
  }
});
