import * as vscode from 'vscode';
import type { AgentSecret, AgentSecrets, GrantTarget } from '../../core/secrets/agent-secrets-types';
import type { ProjectRow } from '../../core/model';
import { scoped } from '../notify/failure';
import type { Parts } from '../parts';
import type { Registering } from './registry';
import { projectFor, requireTrust } from './target';

/** Allow Secrets for Agents…: one list that grants what is ticked and takes back what is not. */
export function registerAgentSecrets(commands: Registering, parts: Parts): void {
  const { session } = parts;

  commands.register('berth.allowSecrets', async (called) => {
    requireTrust();
    const row = await projectFor(parts, 'berth.allowSecrets', called);
    if (row === undefined) return false;
    const { agentSecrets } = await session.core();
    return scoped({ target: { row } }, () => allow(agentSecrets, row));
  });
}

async function allow(agentSecrets: AgentSecrets, row: ProjectRow): Promise<boolean> {
  const { id, name, folder } = row;
  const target: GrantTarget = { kind: 'project', project: { id, name, folder }, row };
  // What was granted elsewhere is taken back there.
  const secrets = (await agentSecrets.list(target)).filter(({ by }) => by === null);
  const chosen = await choose(row, secrets);
  if (chosen === undefined) return false;
  const before = secrets.filter(({ granted }) => granted).map((secret) => secret.name);
  const added = chosen.filter((word) => !before.includes(word));
  const gone = before.filter((word) => !chosen.includes(word));
  if (gone.length > 0) await agentSecrets.revoke(target, gone);
  if (added.length > 0) await agentSecrets.grant(target, added);
  const names = chosen.map((word) => word.replace(/=.*/s, ''));
  const said = names.length === 0 ? 'no secrets' : names.join(', ');
  vscode.window.setStatusBarMessage(`$(key) Agents in ${name} may have ${said}`, 5000);
  return added.length + gone.length > 0;
}

/** Names, or `NAME=SOURCE`; undefined where the person left. */
async function choose(row: ProjectRow, secrets: readonly AgentSecret[]): Promise<readonly string[] | undefined> {
  if (secrets.length === 0) {
    const word = await askForSource();
    return word === undefined ? undefined : [word];
  }
  const items = secrets.map(({ name, from, path, granted }) => ({
    label: name,
    description: path === null ? from : `${from} as ${path}`,
    picked: granted,
    another: false,
  }));
  const another = { label: 'Another secret…', description: '', picked: false, another: true };
  const picked = await vscode.window.showQuickPick([...items, another], {
    canPickMany: true,
    title: row.agent === undefined ? `Secrets for agents of ${row.name}` : `Secrets for the agent in ${row.name}`,
    placeHolder: 'Tick those that agents’ containers may have; it counts at once',
  });
  if (picked === undefined) return undefined;
  const names = picked.filter((item) => !item.another).map(({ label }) => label);
  if (!picked.some((item) => item.another)) return names;
  const word = await askForSource();
  return word === undefined ? names : [...names, word];
}

function askForSource(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: 'A secret for agents',
    prompt: 'NAME=SOURCE, such as GITHUB_TOKEN=env:GITHUB_TOKEN or KEY=editor:my-key. Never the value itself.',
    validateInput: (text) =>
      /^[A-Za-z_][A-Za-z0-9_]*=(?:env|file|command|editor|azure-keyvault):./.test(text)
        ? undefined
        : 'NAME=SOURCE; a source is env:NAME, file:PATH, command:COMMAND, editor:KEY or azure-keyvault:VAULT/NAME.',
  });
}
