import { join } from 'node:path';
import { BerthError } from '../errors';
import { isThere } from '../paths';
import { planImage } from './image/plan';
import { isPath, locate, projectFile, type TemplateFolders } from './sources';
import type { Resolution } from './resolve';
import type { ResolvedTemplate, Templates } from './types';

export type { TemplateFolders } from './sources';

/**
 * The templates room. YAML and the schema are loaded when the first file is read.
 * @param certificates absolute paths of the PEM files that the user's settings name now
 */
export function createTemplates(folders: TemplateFolders, certificates: () => readonly string[] = () => []): Templates {
  const resolve = async (nameOrFile: string, workspace?: string): Promise<ResolvedTemplate> => {
    const { file, suggestion } = await locate(nameOrFile, folders, { workspace });
    if (file === null) throw notFound(nameOrFile, suggestion);
    return orThrow(file, await read(file, folders));
  };
  return {
    list: async (workspace) => (await import('./catalogue')).catalogue(folders, workspace),
    resolve,
    async forFolder(folder) {
      const file = join(folder, projectFile);
      if (await isThere(file)) return { resolved: orThrow(file, await read(file, folders)), proposal: null };
      const { detect, proposalOf } = await detection();
      const finding = await detect(folder);
      const resolved = await resolve(finding.template);
      const proposal = proposalOf(finding, resolved.spec.base_image ?? null);
      return { resolved: onImage(resolved, proposal.baseImage), proposal };
    },
    async propose(folder) {
      const { detect, proposalOf } = await detection();
      const finding = await detect(folder);
      // What is wrong with the template is told when it is used.
      const resolved = await resolve(finding.template).catch(() => null);
      return proposalOf(finding, resolved?.spec.base_image ?? null);
    },
    async validate(nameOrFile) {
      const { file, suggestion } = await locate(nameOrFile, folders);
      if (file === null) throw notFound(nameOrFile, suggestion);
      return [...(await read(file, folders)).problems];
    },
    check: async (file, texts) => (await import('./check')).checkTemplate(file, folders, texts),
    plan: planImage,
    async certificates() {
      const paths = certificates();
      return paths.length === 0 ? [] : (await import('../certificates')).readExtraCertificates(paths);
    },
    ownDockerfile: async (resolved, project, pins) =>
      (await import('./own-dockerfile')).readOwnDockerfile(resolved, project, pins),
  };
}

/** What tells of a folder's files which template suits them. */
async function detection() {
  const [{ detect }, { proposalOf }] = await Promise.all([import('./detect'), import('./detect-rules')]);
  return { detect, proposalOf };
}

async function read(file: string, folders: TemplateFolders): Promise<Resolution> {
  return (await import('./resolve')).resolveFile(file, folders);
}

/** The template on another image than its own, where a proposal has one. */
function onImage(resolved: ResolvedTemplate, baseImage: string | undefined): ResolvedTemplate {
  return baseImage === undefined ? resolved : { ...resolved, spec: { ...resolved.spec, base_image: baseImage } };
}

function notFound(nameOrFile: string, suggestion: string | null): BerthError {
  const what = isPath(nameOrFile)
    ? `There is no template file ${nameOrFile}`
    : `There is no template named ${nameOrFile}`;
  return new BerthError('template_not_found', `${what}.`, {
    hint: suggestion === null ? '`berth templates` lists the ones there are.' : `Did you mean "${suggestion}"?`,
  });
}

function orThrow(file: string, { resolved, problems }: Resolution): ResolvedTemplate {
  if (resolved !== null) return resolved;
  const [first] = problems;
  const count = problems.length === 1 ? 'an error' : `${problems.length} errors`;
  const place = first?.line === undefined ? '' : ` in line ${first.line}`;
  throw new BerthError('template_invalid', `The template ${file} has ${count}: ${first?.message ?? ''}`, {
    hint: `Mend ${problems.length === 1 ? 'it' : 'the first'}${place}; \`berth validate\` shows all of them.`,
    errors: problems,
  });
}
