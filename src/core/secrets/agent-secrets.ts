import { BerthError } from '../errors';
import type { ProjectRow } from '../model';
import type { Record, Told } from '../projects/record';
import type { Core } from '../types';
import { changeSecretGrants, readSecretGrants, type GrantScope, type SecretGrant } from './agent-grants';
import type { AgentSecret, AgentSecrets, GrantTarget } from './agent-secrets-types';
import { grantCommand } from './agent-verdict';
import { grantsFor, isAgents, scopesOf, type ScopedGrant } from './agent-wishes';
import { declaredSecrets, sourceText } from './declared';
import { agreedSpec } from './record';
import { readSecretsRecord } from './record-file';
import type { SecretWish } from './types';

export type AgentSecretsParts = Pick<Core, 'home' | 'engine' | 'projects' | 'templates'> & { readonly record: Record };

/** Puts the room together; nothing is read before something is asked for. */
export function createAgentSecrets(parts: AgentSecretsParts): AgentSecrets {
  const { home, record } = parts;
  const about = (target: GrantTarget) => (target.kind === 'template' ? {} : { project: target.project });
  const told = (kind: Told['kind'], target: GrantTarget, names: readonly string[]): Told => ({
    kind,
    cause: `${grantWords(names)}${target.kind === 'template' ? `’ containers made from ${target.name}` : ''}`,
    ...(target.kind === 'template' ? { template: target.name } : { container: target.row?.container ?? null }),
  });

  return {
    async list(target, signal) {
      const [declared, granted] = await Promise.all([declaredFor(parts, target, signal), grantedFor(parts, target)]);
      const own = scopeOf(target);
      const open = declared.filter(({ name }) => granted.every(({ wish }) => wish.name !== name));
      const rows = [
        ...granted.map((grant) => ofGrant(grant, isSame(grant.scope, own) ? null : scopeWords(grant.scope))),
        ...open.map((wish) => ({ ...ofWish(wish), granted: false, at: null, by: null })),
      ];
      return rows.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async grant(target, asked, signal) {
      const wishes = await wishesFor(parts, target, asked, signal);
      const at = new Date().toISOString();
      const names = wishes.map(({ name }) => name);
      const added = wishes.map((wish): SecretGrant => ({ wish, at }));
      const change = (grants: readonly SecretGrant[]) => [
        ...grants.filter(({ wish }) => !names.includes(wish.name)),
        ...added,
      ];
      await record(
        about(target),
        () => changeSecretGrants(home, scopeOf(target), change),
        () => told('access_granted', target, names),
      );
      await settle(parts, scopeOf(target), signal);
      return added.map((grant) => ofGrant(grant, null));
    },
    async revoke(target, names, signal) {
      if (names !== undefined) {
        await mustBeGranted(parts, target, names).catch(async (error: unknown) => {
          // It may have been taken back where a container could not be reached.
          await settle(parts, scopeOf(target), signal);
          throw error;
        });
      }
      const goes = (grant: SecretGrant): boolean => names === undefined || names.includes(grant.wish.name);
      const gone = (grants: readonly SecretGrant[]) => grants.filter(goes).map(({ wish }) => wish.name);
      const { before } = await record(
        about(target),
        () => changeSecretGrants(home, scopeOf(target), (grants) => grants.filter((grant) => !goes(grant))),
        (change) => (gone(change.before).length === 0 ? null : told('access_revoked', target, gone(change.before))),
      );
      await settle(parts, scopeOf(target), signal);
      return gone(before);
    },
  };
}

/**
 * Brings what is granted now into the containers that run, or takes it away. A container that cannot be reached keeps no
 * other from it, and is told in the end.
 */
async function settle({ home, projects }: AgentSecretsParts, scope: GrantScope, signal?: AbortSignal): Promise<void> {
  const { rows } = await projects.refresh(signal);
  const one = async (row: ProjectRow): Promise<void> => {
    if (row.state !== 'running' || !(row.agent !== undefined || (await isAgents(home, row.id)))) return;
    if (!(await scopesOf(home, row)).some((of) => isSame(of, scope))) return;
    await projects.refreshSecrets(row, {}, signal);
  };
  const done = await Promise.allSettled(rows.map(one));
  for (const end of done) if (end.status === 'rejected') throw end.reason;
}

function scopeOf(target: GrantTarget): GrantScope {
  return target.kind === 'template' ? target : { kind: 'project', id: target.project.id };
}

function isSame(a: GrantScope, b: GrantScope): boolean {
  return a.kind === 'template' ? b.kind === 'template' && a.name === b.name : b.kind === 'project' && a.id === b.id;
}

/** What is granted there: to an agent's own container also what it has by its project or template. */
async function grantedFor({ home }: AgentSecretsParts, target: GrantTarget): Promise<readonly ScopedGrant[]> {
  if (target.kind === 'project' && target.row?.agent !== undefined) return grantsFor(home, target.row);
  const scope = scopeOf(target);
  return (await readSecretGrants(home, scope)).map((grant) => ({ ...grant, scope }));
}

/**
 * The secrets that can be granted by their names alone: those that a person agreed to have in the project's own container,
 * or that a template declares which lies where no agent writes. What a folder's template says now may be an agent's words.
 */
async function declaredFor(
  { home, engine, templates }: AgentSecretsParts,
  target: GrantTarget,
  signal?: AbortSignal,
): Promise<readonly SecretWish[]> {
  if (target.kind === 'template') return declaredSecrets((await templates.resolve(target.name)).spec);
  const { row } = target;
  if (row?.container == null || row.agent !== undefined || (await isAgents(home, row.id))) return [];
  const container = await (await engine.get(signal)).inspectContainer(row.container, signal);
  if (container === null) return [];
  const { specAtMaking } = await import('../projects/made-spec');
  return declaredSecrets(agreedSpec(specAtMaking(container), await readSecretsRecord(home, row.id), container));
}

async function wishesFor(
  parts: AgentSecretsParts,
  target: GrantTarget,
  asked: readonly string[],
  signal?: AbortSignal,
): Promise<readonly SecretWish[]> {
  const declared = await declaredFor(parts, target, signal);
  const { layerSecrets } = await import('../templates/schema-run');
  const found = asked.map((text): SecretWish => {
    const [, name = '', , source] = /^([A-Za-z_][A-Za-z0-9_]*)(=(.*))?$/s.exec(text) ?? [];
    const known = declared.find((wish) => wish.name === name);
    if (source === undefined && known !== undefined) return known;
    const read = source === undefined ? undefined : layerSecrets.safeParse({ [name]: { from: source } });
    const [wish] = read?.success === true ? declaredSecrets({ secrets: read.data }) : [];
    if (wish !== undefined) return wish;
    // The text itself is not said: somebody may have written a value there.
    if (name === '' || source !== undefined) {
      throw new BerthError('bad_usage', `${name === '' ? 'A secret' : name} is given as NAME or NAME=SOURCE.`, {
        hint: 'Sources are env:NAME, file:PATH, command:COMMAND, editor:KEY and azure-keyvault:VAULT/NAME; a value is none.',
      });
    }
    const place = target.kind === 'template' ? ['--template', target.name] : [target.project.name];
    throw new BerthError('bad_usage', `Nothing that you have agreed to declares the secret ${name}.`, {
      hint: `Say where it comes from, as in \`${grantCommand(place, [`${name}=env:${name}`])}\`.`,
    });
  });
  return [...new Map(found.map((wish) => [wish.name, wish])).values()];
}

async function mustBeGranted(parts: AgentSecretsParts, target: GrantTarget, names: readonly string[]): Promise<void> {
  const granted = await grantedFor(parts, target);
  const own = scopeOf(target);
  for (const name of names) {
    const grant = granted.find(({ wish }) => wish.name === name);
    if (grant !== undefined && isSame(grant.scope, own)) continue;
    const there = grant === undefined ? '' : ` there, but to ${scopeWords(grant.scope)}`;
    throw new BerthError('bad_usage', `The secret ${name} is not granted${there}.`, {
      hint: 'See `berth grant --list`.',
    });
  }
}

function ofWish({ name, from, as, path }: SecretWish): Pick<AgentSecret, 'name' | 'from' | 'as' | 'path'> {
  return { name, from: sourceText(from), as, path };
}

function ofGrant({ wish, at }: SecretGrant, by: string | null): AgentSecret {
  return { ...ofWish(wish), granted: true, at, by };
}

function scopeWords(scope: GrantScope): string {
  return scope.kind === 'template' ? `template ${scope.name}` : `project ${scope.id}`;
}

/** What was granted or taken back, as the journal tells it: `the secrets A, B for agents`. Pure. */
export function grantWords(names: readonly string[]): string {
  return `the secret${names.length > 1 ? 's' : ''} ${names.join(', ')} for agents`;
}
