import type { Suite } from './suite';

/**
 * The benchmark, in the order in which it runs and in which the page shows it. A new group of rows is one entry here, a
 * file of its own, and a pair of marks on docs/benchmarks.md: `<!-- name -->` and `<!-- /name -->`.
 */
export const suites: Readonly<Record<string, Suite>> = {
  commands: {
    about: 'commands, up and ssh, beside docker and devcontainer',
    chart: true,
    measure: async (bench) => (await import('./commands')).measureCommands(bench),
  },
  builds: {
    about: 'builds of an image, on a fresh engine',
    measure: async (bench) => (await import('./builds')).measureBuilds(bench),
  },
};
