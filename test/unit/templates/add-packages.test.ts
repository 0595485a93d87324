import assert from 'node:assert/strict';
import { withPackages } from '../../../src/core/templates/add-packages';

const head = 'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: x, extends: base }\n';

describe('adding packages to a template', () => {
  const cases: readonly [string, string, Record<string, string[]>, string][] = [
    [
      'appends to a list, comments and order as they were',
      `${head}spec:\n  # what we build with\n  packages:\n    apt:\n      - curl # for downloads\n      - jq\n  ports: [80]\n`,
      { apt: ['tree', 'jq'] },
      `${head}spec:\n  # what we build with\n  packages:\n    apt:\n      - curl # for downloads\n      - jq\n      - tree\n  ports: [80]\n`,
    ],
    [
      'appends to a list in one line',
      `${head}spec: { packages: { pip: [numpy] } }\n`,
      { pip: ['black'] },
      `${head}spec: { packages: { pip: [numpy, black] } }\n`,
    ],
    [
      'makes what is missing',
      `${head}spec:\n  ports: [80] # the web\n\n# the end`,
      { npm: ['@scope/tool'], apt: ['tree', '7zip'] },
      `${head}spec:\n  ports: [80] # the web\n  packages: { npm: ["@scope/tool"], apt: [tree, 7zip] }\n\n# the end`,
    ],
    [
      'makes a list beside others, and in an empty map',
      `${head}spec:\n  packages:\n    # python\n    pip:\n      - numpy\n\n  ports: []`,
      { apt: ['tree'] },
      `${head}spec:\n  packages:\n    # python\n    pip:\n      - numpy\n    apt: [tree]\n\n  ports: []`,
    ],
    [
      'fills an empty list',
      `${head}spec: { packages: { apt: [] } }`,
      { apt: ['a', 'b'] },
      `${head}spec: { packages: { apt: [a, b] } }`,
    ],
    [
      'begins where nothing is said yet',
      `${head}spec: {}\n`,
      { apt: ['a'] },
      `${head}spec: {packages: { apt: [a] }}\n`,
    ],
    [
      'goes behind a map at the end',
      `${head}spec:\n  environment:\n    GREETING: Hello\n`,
      { apt: ['a'] },
      `${head}spec:\n  environment:\n    GREETING: Hello\n  packages: { apt: [a] }\n`,
    ],
    [
      'ends a last line that has no end',
      `${head}spec:\n  packages:\n    apt:\n    - curl`,
      { apt: ['jq'] },
      `${head}spec:\n  packages:\n    apt:\n    - curl\n    - jq\n`,
    ],
    [
      'knows a package by its name, whatever version is asked for',
      `${head}spec: { packages: { pip: ["Pandas>=2.2", "@odd"] } }\n`,
      { pip: ['pandas'] },
      `${head}spec: { packages: { pip: ["Pandas>=2.2", "@odd"] } }\n`,
    ],
  ];
  for (const [what, before, packages, after] of cases) {
    it(what, async () => {
      assert.equal(await withPackages(before, packages), after);
    });
  }

  it('refuses what is no template', async () => {
    for (const text of ['', '- a list\n', 'a: [\n'])
      await assert.rejects(withPackages(text, { apt: ['tree'] }), /errors/);
  });
});
