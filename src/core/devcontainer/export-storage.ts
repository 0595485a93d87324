import type { FieldPath } from '../templates/tree';
import type { ExportContext } from './export';

const mounts = ['mounts'];

/** The workspace, and what is mounted besides. */
export function exportStorage(context: ExportContext): void {
  const { spec, ledger, give, has } = context;
  const { path, mode } = spec.workspace;
  const from = ['spec', 'workspace', 'path'];
  give(from, ['workspaceFolder'], path);
  ledger.carry(from, ['workspaceMount'], `source=\${localWorkspaceFolder},target=${path},type=bind`);
  if (has('workspace', 'mode')) {
    const at = ['spec', 'workspace', 'mode'];
    if (mode === 'bind') ledger.needless(at, 'The folder itself is mounted.');
    else ledger.lose(at, 'The folder itself is mounted.', 'a volume with a clone in it, made by the editor');
  }
  for (const [index, volume] of spec.volumes.entries()) {
    const at = ['spec', 'volumes', index];
    const { host, container, mode: access } = volume;
    const source = host === undefined ? volume.volume : hostSource(context, index, host);
    if (source === undefined || source === null) ledger.lose(at, 'It lies on another drive.');
    else
      mount(context, at, {
        source,
        target: container,
        type: host === undefined ? 'volume' : 'bind',
        readOnly: access === 'ro',
      });
  }
  persist(context);
}

/** A folder of this machine: below the project, below the home folder, or by its whole path. */
function hostSource({ source }: ExportContext, index: number, host: string): string | null {
  if (host === '~' || host.startsWith('~/')) return `\${localEnv:HOME}${host.slice(1)}`;
  const seen = source.pathFrom('project', `spec.volumes[${index}]`, host);
  if (seen === null || /^(?:\/|[A-Za-z]:)/.test(seen)) return seen;
  return seen === '.' ? '${localWorkspaceFolder}' : `\${localWorkspaceFolder}/${seen}`;
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: 'bind' | 'volume';
  readonly readOnly: boolean;
}

function mount({ ledger }: ExportContext, from: FieldPath, { source, target, type, readOnly }: Mount): void {
  const text = source.replace(/^\$\{(?:localWorkspaceFolder|localEnv:HOME)\}/, '');
  if (/[,"\r\n]|\$\{/.test(text) && !source.includes('${devcontainerId}')) {
    ledger.lose(from, 'Its path cannot be written in a mount: it has a comma, a quote or a variable in it.');
    return;
  }
  ledger.append(from, mounts, `source=${source},target=${target},type=${type}${readOnly ? ',readonly' : ''}`);
}

/** What is kept there is what a volume holds; the home folder of the template's user is one. */
function persist(context: ExportContext): void {
  const { spec, ledger } = context;
  const home = `/home/${spec.user.name}`;
  const volume = (from: FieldPath, target: string, name: string): void =>
    mount(context, from, { source: `${name}-\${devcontainerId}`, target, type: 'volume', readOnly: false });
  if (spec.persist === 'home') volume(['spec', 'persist'], home, 'home');
  else if (spec.persist === 'none') ledger.needless(['spec', 'persist'], 'Nothing is kept unless a volume holds it.');
  else {
    for (const [index, path] of spec.persist.entries()) {
      const target = path.replace(/^~/, home);
      volume(['spec', 'persist', index], target, target.slice(1).replaceAll(/[^A-Za-z0-9_.-]+/g, '-'));
    }
  }
}
