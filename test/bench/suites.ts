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
  spawns: {
    about: 'an agent’s spawn, from the warm pool and without',
    measure: async (bench) => (await import('./spawns')).measureSpawns(bench),
  },
  mcp: {
    about: 'an agent’s calls by the official client, 10,000 of them, and 100 containers',
    measure: async (bench) => (await import('./mcp')).measureMcp(bench),
  },
  health: {
    about: 'what watching over 100 containers costs at rest; takes three minutes',
    measure: async (bench) => (await import('./health')).measureHealth(bench),
  },
  refreshes: {
    about: 'connections made while their container is replaced',
    measure: async (bench) => (await import('./refreshes')).measureRefreshes(bench),
  },
  floor: {
    about: 'what the kernel and the engine cost alone, and each step of up',
    measure: async (bench) => (await import('./floor')).measureFloor(bench),
  },
  scale: {
    about: 'the core with 10 to 10,000 containers and with 200 engines, all stood in for',
    measure: async (bench) => (await import('./scale')).measureScale(bench),
  },
  editor: {
    about: 'both editors: activation, memory, rows on screen, a flood of output',
    measure: async (bench) => (await import('./editor')).measureEditor(bench),
  },
  real: {
    about: 'as many real containers as the machine holds, with a Line to each; takes some minutes',
    measure: async (bench) => (await import('./real')).measureReal(bench),
  },
};
