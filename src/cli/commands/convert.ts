import { resolve } from 'node:path';
import type { Command, Context, Input } from '../command';
import type { Converted } from '../result';

const options: Command['options'] = [
  { flags: '--out <FILE>', description: 'where to write it; - prints it' },
  { flags: '--force', description: 'overwrite a file that is there' },
];

export const importCommand: Command = {
  name: 'import',
  synopsis: '[DIR|FILE] [--out FILE] [--force]',
  // It shares its line with `export`, so that the help fits a screen.
  listed: { call: 'import|export [DIR]', summary: 'berth.yaml of a devcontainer.json; the way back' },
  summary: 'make a berth.yaml of a devcontainer.json',
  operands: [{ spec: '[DIR|FILE]', description: 'a folder, or a devcontainer.json; left out: this folder' }],
  options,
  output: 'document',
  notes: [
    'It goes into berth.yaml of the folder. What could not be carried is told with',
    'the reason, and stands in the comments of the file. Nothing is built or run.',
  ],
  run: (context, input) =>
    convert(context, input, async ({ devcontainers }, path, out) => {
      const { source, files, carried, needless, notCarried } = await devcontainers.import(path, out);
      return { verb: 'imported', source, files, carried, needless, notCarried };
    }),
};

export const exportCommand: Command = {
  name: 'export',
  synopsis: '[DIR|FILE] [--out FILE] [--force]',
  listed: false,
  summary: 'make a devcontainer.json of a berth.yaml',
  operands: [{ spec: '[DIR|FILE]', description: 'a folder, or a template’s file; left out: this folder' }],
  options,
  output: 'document',
  notes: [
    'It goes into .devcontainer/devcontainer.json of the folder, with a Dockerfile',
    'beside it where the template has packages or build steps. What is lost is told',
    'with the reason.',
  ],
  run: (context, input) =>
    convert(context, input, async ({ devcontainers }, path, out) => {
      const { source, files, carried, needless, notCarried } = await devcontainers.export(path, out);
      return { verb: 'exported', source, files, carried, needless, notCarried };
    }),
};

type Core = Awaited<ReturnType<Context['core']>>;

async function convert(
  { core, cwd }: Context,
  { operands: [path = '.'], options: given }: Input,
  make: (core: Core, path: string, out: string | undefined) => Promise<Omit<Converted, 'written'>>,
): Promise<{ kind: 'converted'; converted: Converted }> {
  const out = given.text('out');
  const target = out === undefined || out === '-' ? undefined : resolve(cwd, out);
  const made = await core();
  const converted = await make(made, resolve(cwd, path), target);
  const written = out !== '-';
  if (written) await made.devcontainers.write(converted.files, { force: given.flag('force') });
  return { kind: 'converted', converted: { ...converted, written } };
}
