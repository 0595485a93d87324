import { nameOperand, type Command } from '../command';
import { badUsage } from '../usage';

export const secrets: Command = {
  name: 'secrets',
  synopsis: 'list|refresh [NAME] [--only SECRET]…',
  summary: 'its secrets by state; bring in what changed',
  listed: false,
  operands: [
    {
      spec: '<ACTION>',
      description: 'list them with where each comes from, or read the sources anew and bring in what changed',
    },
    nameOperand,
  ],
  options: [
    { flags: '--only <SECRET>', description: 'read this one alone; may be given more than once', repeat: true },
  ],
  output: 'document',
  notes: [
    'Values are never shown. A source that is absent here leaves what another window',
    'or shell brought in.',
    'Exits 1 where a required secret is missing.',
  ],
  async run({ core, cwd, signals }, { operands: [action, name], options }) {
    if (action !== 'list' && action !== 'refresh') {
      throw badUsage(`berth secrets cannot "${action ?? ''}".`, 'Say list or refresh.');
    }
    const only = options.list('only');
    if (action === 'list' && only.length > 0) throw badUsage('berth secrets list takes no --only.');
    const { projects } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    if (action === 'list') return { kind: 'secrets', row, secrets: await projects.secrets(row, signals.abort) };
    const asked = only.length === 0 ? {} : { names: only };
    const found = await projects.refreshSecrets(row, asked, signals.abort);
    const { refuseMissing } = await import('../../core/secrets/missing');
    refuseMissing(found, 'See to it that the source answers, then run it again. Services that wait for it begin then.');
    return { kind: 'secrets', row, secrets: found };
  },
};
