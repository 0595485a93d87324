import { shellQuote } from '../quote';
import type { ExportContext } from './export';

/** What processes see, which ports are reached, what runs when, and what an editor is set up with. */
export function exportSession(context: ExportContext): void {
  const { spec, give, add, ledger } = context;
  for (const [name, value] of Object.entries(spec.environment)) {
    give(['spec', 'environment', name], ['containerEnv', name], value);
  }
  secrets(context);
  for (const [index, { port, host, publish }] of spec.ports.entries()) {
    const from = ['spec', 'ports', index];
    if (publish) add(from, ['appPort'], `${host}:${port}`);
    else
      add(
        from,
        ['forwardPorts'],
        port,
        host === port ? undefined : 'the port on this machine is the editor’s to choose',
      );
  }
  for (const name of Object.keys(spec.services)) {
    ledger.lose(['spec', 'services', name], 'Nothing is supervised.', 'postStartCommand, with nohup and &');
  }
  commands(context, 'post_create', 'postCreateCommand');
  commands(context, 'post_start', 'postStartCommand');
  for (const [index, id] of spec.editor.extensions.entries()) {
    add(['spec', 'editor', 'extensions', index], ['customizations', 'vscode', 'extensions'], id);
  }
  for (const [key, value] of Object.entries(spec.editor.settings)) {
    give(['spec', 'editor', 'settings', key], ['customizations', 'vscode', 'settings', key], value);
  }
}

/** Several commands become one line of shells, each of its own as it is in the template. */
function commands({ spec, give }: ExportContext, field: 'post_create' | 'post_start', to: string): void {
  const [first, ...more] = spec[field];
  const line = more.length === 0 ? first : spec[field].map((one) => `sh -c ${shellQuote(one)}`).join(' && ');
  for (const index of spec[field].keys()) give(['spec', field, index], [to], line);
}

/** Only a variable of this machine that stays a variable is known there. */
function secrets({ spec, ledger }: ExportContext): void {
  for (const [name, { from, as, required }] of Object.entries(spec.secrets)) {
    const at = ['spec', 'secrets', name];
    if (as === 'file') ledger.lose(at, 'Secrets there are variables, not files.', 'a bind mount of the file');
    else if (from.kind !== 'env') ledger.lose(at, 'Secrets there come from variables of this machine alone.');
    else {
      const note = required ? 'a missing one is empty and stops nothing' : undefined;
      ledger.carry(at, ['remoteEnv', name], `\${localEnv:${from.value}}`, note);
    }
  }
}
