import { nameOperand, type Command } from '../command';

export const status: Command = {
  name: 'status',
  synopsis: '[NAME]',
  summary: 'health, staleness with reasons, limits, use, ports',
  listed: false,
  operands: [nameOperand],
  options: [],
  output: 'document',
  async run({ core, cwd, signals }, { operands: [name] }) {
    const { projects, ports, services, git } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    const [detail, forwards, access] = await Promise.all([
      projects.detail(row, signals.abort),
      ports.look(row, signals.abort),
      git.look(row, signals.abort),
    ]);
    // Not at the same time: who is in the container is counted, and asking is one more.
    const supervised = await services.list(row, signals.abort);
    const storage = await projects.storage(row, { patienceMs: 2_000 }, signals.abort);
    return { kind: 'status', detail, ports: forwards, services: supervised, git: access, storage };
  },
};
