import { isPathQuery } from '../../core/projects/find';
import { BerthError } from '../../core/errors';
import type { GrantTarget } from '../../core/secrets/agent-secrets-types';
import { resolve } from 'node:path';
import { nameOperand, type Command, type Context, type Input } from '../command';
import { badUsage } from '../usage';

const secretOption = { flags: '--secret <S>', repeat: true } as const;
const templateOption = {
  flags: '--template <T>',
  description: 'of containers that agents make from this template, by its name',
} as const;

export const grant: Command = {
  name: 'grant',
  synopsis: '[NAME] [--host H]… [--secret S]… [--template T] [--list]',
  // They share a line of the help: it has to fit a screen.
  listed: { call: 'grant|revoke [NAME]', summary: 'let its git use credentials, its agents secrets' },
  summary: 'let its git use credentials, its agents secrets',
  operands: [nameOperand],
  options: [
    {
      flags: '--host <H>',
      description: "a server, such as https://github.com; left out: the one of the folder's remotes",
      repeat: true,
    },
    { ...secretOption, description: "a secret for agents' containers: NAME, or NAME=SOURCE" },
    templateOption,
    { flags: '--list', description: 'show what is granted, and what can be; grant nothing' },
  ],
  output: 'document',
  notes: [
    'Without --secret it is about git: what the template asks for is granted, and',
    'nothing of it is stored in the container.',
  ],
  async run(context, input) {
    const { core, cwd, signals } = context;
    const { operands, options } = input;
    const [hosts, asked] = [options.list('host'), options.list('secret')];
    const isList = options.flag('list');
    if (isList && hosts.length + asked.length > 0) throw badUsage('berth grant --list grants nothing.');
    if (hosts.length > 0 && asked.length > 0) throw badUsage('berth grant takes --host or --secret, not both.');
    if (isList || asked.length > 0) {
      const target = await targetOf(context, input);
      const { agentSecrets, git } = await core();
      if (asked.length > 0) {
        const secrets = await agentSecrets.grant(target, asked, signals.abort);
        return { kind: 'agent_secrets', target, secrets };
      }
      const row = target.kind === 'project' ? target.row : null;
      const secrets = await agentSecrets.list(target, signals.abort);
      return { kind: 'grants', target, secrets, git: row === null ? null : await git.look(row, signals.abort) };
    }
    if (options.text('template') !== undefined) throw badUsage('berth grant --template wants --secret or --list.');
    const { projects, git } = await core();
    const row = await projects.find(operands[0], cwd, signals.abort);
    const access = await git.grant(row, hosts.length === 0 ? undefined : hosts, signals.abort);
    return { kind: 'granted', row, access };
  },
};

export const revoke: Command = {
  name: 'revoke',
  synopsis: '[NAME] [--secret S]… [--template T]',
  listed: false,
  summary: 'take back what its git and agents were granted',
  operands: [nameOperand],
  options: [{ ...secretOption, description: "this secret of agents' containers alone" }, templateOption],
  output: 'document',
  notes: [
    'Git in sessions that are open is refused from now on too, and containers that',
    'run lose the secrets at once. What a program has read before it may have kept.',
  ],
  async run(context, input) {
    const { core, signals } = context;
    const only = input.options.list('secret');
    const target = await targetOf(context, input);
    const { git, agentSecrets } = await core();
    const secrets = await agentSecrets.revoke(target, only.length === 0 ? undefined : only, signals.abort);
    const row = target.kind === 'project' ? target.row : null;
    const had = row !== null && only.length === 0 && (await git.revoke(row));
    return { kind: 'revoked', target, had, secrets };
  },
};

/** A project also where it has no container yet, by its folder: what is granted counts when an agent makes one. */
async function targetOf({ core, cwd, signals }: Context, { operands, options }: Input): Promise<GrantTarget> {
  const [name] = operands;
  const template = options.text('template');
  if (template !== undefined) {
    if (name !== undefined) throw badUsage('A grant is for a project or for a template, not for both.');
    const { templates } = await core();
    const known = (await templates.list()).map((entry) => entry.name);
    if (known.includes(template)) return { kind: 'template', name: template };
    throw new BerthError('template_not_found', `There is no template "${template}" of yours or of Berth's own.`, {
      hint: `There are ${known.join(', ')}.`,
    });
  }
  const { projects } = await core();
  try {
    const row = await projects.find(name, cwd, signals.abort);
    return { kind: 'project', project: { id: row.id, name: row.name, folder: row.folder }, row };
  } catch (error) {
    if (!(error instanceof BerthError) || error.code !== 'project_not_found' || !isPathQuery(name)) throw error;
    return { kind: 'project', project: await projects.identify(resolve(cwd, name ?? '.')), row: null };
  }
}
