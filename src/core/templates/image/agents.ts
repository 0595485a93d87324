import { agentTool, type AgentName } from '../../agents/table';
import { familyInstall, familyStep } from './families';
import { installGlobally } from './npm';
import { cacheFolder, orSay, shellStep, type StepStyle } from './step';

/** What Node.js is brought from where an image has none. One that names its version, so that another is another image. */
const nodeImage = 'node:22-bookworm-slim';

/** Where that image lies while the step runs; a folder that every image has. */
const nodeMount = '/mnt';

/** The steps that install AI command lines and their kin for everyone in the image. */
export function agentSteps(agents: readonly AgentName[], style: StepStyle): string[] {
  const tools = [...new Set(agents)].map(agentTool);
  const system = tools.flatMap((tool) =>
    tool.system === undefined ? [] : [{ ...tool.system, program: tool.program }],
  );
  const packages = tools.flatMap((tool) => tool.npm ?? []);
  const node = Math.max(...tools.map((tool) => tool.node ?? 0));
  return [
    ...system.map(({ apt, apk, dnf, program }) => {
      const install = familyInstall(`command -v ${program} >/dev/null`, { apt: [apt], apk: [apk], dnf: [dnf] });
      return familyStep('agents', install, [], style);
    }),
    ...(packages.length === 0 ? [] : [npmAgents(packages, node, style)]),
  ];
}

function npmAgents(packages: readonly string[], node: number, { base, buildkit }: StepStyle): string {
  const brings = buildkit && !hasNode(base);
  const cache = `--mount=type=cache,id=berth-npm,target=${cacheFolder},sharing=locked`;
  const mount = `--mount=type=bind,from=${nodeImage},target=${nodeMount}`;
  const major = `"$(node -p 'process.versions.node.split(\`.\`)[0]')"`;
  const tooOld = `spec.agents needs Node.js ${node} or newer in the image: take a base image with it, such as ${nodeImage}.`;
  const commands = [bringNode(brings), orSay(`[ ${major} -ge ${node} ]`, tooOld), installGlobally(packages)];
  return buildkit
    ? shellStep('agents', commands, [cache, ...(brings ? [mount] : [])])
    : shellStep('agents', [`mkdir -p ${cacheFolder}`, ...commands, `rm -rf ${cacheFolder}/*`]);
}

/** Whether an image's name says that it has Node.js: then nothing is fetched for it. Pure. */
export function hasNode(image: string): boolean {
  return /(?:^|\/)(?:node|javascript-node|typescript-node)(?::|@|$)/.test(image);
}

/** Node.js with npm, where the image has none: Alpine's own, since its C library is another, else the official image's. */
function bringNode(mounted: boolean): string {
  const root = `${nodeMount}/usr/local`;
  const copy = [
    'mkdir -p /usr/local/bin /usr/local/etc /usr/local/lib/node_modules',
    // A house's own copy of that image may say which registry to ask.
    `{ [ ! -f ${root}/etc/npmrc ] || cp ${root}/etc/npmrc /usr/local/etc/; }`,
    `cp -a ${root}/bin/node ${root}/bin/npm ${root}/bin/npx /usr/local/bin/`,
    `cp -a ${root}/lib/node_modules/npm /usr/local/lib/node_modules/`,
  ].join(' && ');
  const without = `spec.agents needs Node.js in the image: take a base image with it, such as ${nodeImage}.`;
  const last = mounted ? `elif ${copy}; then :; else exit 1; fi` : `else echo '${without}' >&2; exit 1; fi`;
  return [
    'if command -v npm >/dev/null; then :',
    `elif command -v apk >/dev/null; then apk add --update-cache --cache-dir ${cacheFolder} nodejs npm`,
    last,
  ].join('; ');
}
