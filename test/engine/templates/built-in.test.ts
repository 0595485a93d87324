import assert from 'node:assert/strict';
import { isWhole, TemplateBed, type Built } from './bed';

/**
 * Every built-in template, on stand-ins of the official images where their registry cannot be reached. `tools`: the line
 * that its user runs, and what it has to say.
 */
const templates: Readonly<Record<string, { readonly tools: string; readonly say: RegExp }>> = {
  base: { tools: 'git --version; curl --version; less --version', say: /^git version .*\ncurl .*\nless /s },
  node: { tools: 'node -p process.version; npm --version', say: /^v22\.\d+\.\d+\n\d+\.\d+\.\d+\n$/ },
  python: { tools: 'python --version; pip --version', say: /^Python 3\..*\npip \d+/ },
  go: {
    tools:
      'go version; cd $(mktemp -d) && go mod init a.example/b 2>&1 && echo "package main; func main() { println(7) }" >m.go && go run . 2>&1',
    say: /^go version go1\..*\n7\n$/s,
  },
  rust: {
    tools: 'cargo --version; rustc --version; cd $(mktemp -d) && cargo init -q --name seven 2>&1 && cargo run -q',
    say: /^cargo 1?\.?\d+\..*\nrustc 1\..*\nHello, world!\n$/s,
  },
  java: {
    tools:
      'cd $(mktemp -d) && echo "class A { public static void main(String[] a) { System.out.println(7); } }" >A.java && javac A.java && java A && echo $JAVA_HOME',
    say: /^7\n\/opt\/java\/openjdk\n$/,
  },
  fullstack: {
    tools:
      'node -p process.version; python3 --version; go version; cargo --version; python3 -m venv /tmp/v && /tmp/v/bin/pip --version',
    say: /^v22\..*\nPython 3\.1\d.*\ngo version go1\.2.*\ncargo 1\.\d+.*\npip /s,
  },
  'data-lab': {
    tools:
      'python -c "import numpy, pandas; print(pandas.DataFrame({\'a\': numpy.arange(4)}).a.sum())"; jupyter notebook --version',
    say: /^6\n\d+\.\d+\.\d+\n$/,
  },
  'code-server': { tools: 'command -v s6-svscan; command -v curl', say: /^\/usr\/bin\/s6-svscan\n\/usr\/bin\/curl\n$/ },
  ai: {
    tools: 'claude --version; codex --version; rg --version',
    say: /^\d+\.\d+\.\d+.*\ncodex.* \d+\.\d+\.\d+\nripgrep /s,
  },
};

describe('the built-in templates, each built for real', function () {
  // The slowest brings whole compilers through the network when it is built for the first time.
  this.timeout(600_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  it('are all of them', async () => {
    assert.deepEqual(Object.keys(templates).sort(), (await bed.builtIn()).sort());
  });

  for (const [name, { tools, say }] of Object.entries(templates)) {
    it(`${name}: is whole, and its user has its tools`, async () => {
      const built: Built = await bed.build(await bed.plan(name));
      await isWhole(built);
      const { stdout, stderr } = await built.sh(tools);
      assert.match(stdout, say, stderr);
    });
  }

  it('base adds at most 80 MB to its base image', async () => {
    const plan = await bed.plan('base');
    const { tag } = await bed.build(plan);
    const [whole, below] = [await bed.bytes(tag), await bed.bytes(plan.baseImage)];
    assert.ok(whole - below <= 80e6, `base adds ${Math.round((whole - below) / 1e6)} MB`);
  });
});
