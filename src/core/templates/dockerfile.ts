import { createHash } from 'node:crypto';
import { BerthError } from '../errors';
import { dockerfileArgv, dockerfileQuote, shellQuote } from '../quote';
import type { TemplateSpec } from './schema';
import type { ImagePlan, ImageTarget, ResolvedTemplate } from './types';
import { userScript } from './user-script';

/** Goes into every fingerprint: raised when the same Dockerfile would have to be built anew. */
const layout = 'berth-image-1';

/** Every container needs these: sshd for the Line and Remote-SSH, git for the editor, ps and kill for supervision. */
const baseTools = ['ca-certificates', 'git', 'openssh-server', 'procps'];

/** What one `apt-get install` or `pip install` is given at most: a process takes 128 KiB in one argument. */
const argumentBytes = 32 * 1024;

/** Plans the image of a template: a function of the template and its target alone, byte for byte the same each time. */
export function planImage(resolved: ResolvedTemplate, target: ImageTarget): ImagePlan {
  const { spec } = resolved;
  if (spec.base_image === undefined) {
    throw new BerthError('template_not_supported', `The template ${resolved.name} has no base_image to build on.`);
  }
  const parts = { ...spec, base_image: spec.base_image };
  // Both ways of building give the same image, so the fingerprint is that of one of them.
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([layout, dockerfileText(parts, { ...target, buildkit: false })]))
    .digest('hex');
  const root = target.uid === 0;
  return {
    dockerfile: dockerfileText(parts, target),
    context: [],
    buildArgs: {},
    fingerprint,
    tag: `berth/${resolved.name}:${fingerprint.slice(0, 12)}`,
    baseImage: spec.base_image,
    user: root ? 'root' : spec.user.name,
    home: root ? '/root' : `/home/${spec.user.name}`,
  };
}

type BuildSpec = TemplateSpec & { readonly base_image: string };

/** Layers in the order of change: what is shared by most comes first, what is a person's own last. */
function dockerfileText(spec: BuildSpec, target: ImageTarget): string {
  const { packages } = spec;
  const root = target.uid === 0;
  const steps = [
    `FROM ${spec.base_image}`,
    'USER root',
    'ENV LANG=C.UTF-8',
    aptStep('base', baseTools, spec.base_image, target.buildkit, [
      // A key that lies in an image is everyone's; sshd is given one of its own in each container.
      'rm -f /etc/ssh/ssh_host_*',
      'mkdir -p /run/sshd',
    ]),
    ...sortedEntries(spec.build_args).map(([key, value]) => `ARG ${key}=${dockerfileQuote(value)}`),
    ...chunks(packages.apt).map((chunk) => aptStep('apt', chunk, spec.base_image, target.buildkit)),
    ...chunks(packages.pip).map((chunk) => pipStep(chunk, target.buildkit)),
    ...chunks(packages.npm).map((chunk) => npmStep(chunk, target.buildkit)),
    ...spec.run.map(
      (script, index) => `RUN ${dockerfileArgv(['/bin/sh', '-ec', `: berth run ${index + 1}\n${script}`])}`,
    ),
    ...(spec.user.sudo && !root ? [aptStep('sudo', ['sudo'], spec.base_image, target.buildkit)] : []),
    shellStep(
      'user',
      userScript({ ...target, name: spec.user.name, sudo: spec.user.sudo, workspace: spec.workspace.path }),
    ),
    `USER ${root ? 'root' : spec.user.name}`,
    `WORKDIR ${dockerfileQuote(spec.workspace.path)}`,
    `CMD ${dockerfileArgv(['sleep', 'infinity'])}`,
  ];
  return `${steps.join('\n\n')}\n`;
}

/** The order of keys in YAML means nothing, so it must not reach the Dockerfile. */
function sortedEntries(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** One RUN: a word that names the phase for logs and errors, then commands of which each must succeed. */
function shellStep(phase: string, commands: readonly string[], mounts: readonly string[] = []): string {
  return [
    'RUN',
    ...mounts.map((mount) => `${mount} \\\n   `),
    [`: berth ${phase}`, ...commands].join(' \\\n && '),
  ].join(' ');
}

function aptStep(
  phase: string,
  names: readonly string[],
  baseImage: string,
  buildkit: boolean,
  then: readonly string[] = [],
): string {
  // Lists and packages of one release are of no use to another.
  const id = `berth-apt-${createHash('sha256').update(baseImage).digest('hex').slice(0, 12)}`;
  const cache = (folder: string, suffix: string) =>
    `--mount=type=cache,id=${id}-${suffix},target=${folder},sharing=locked`;
  const mounts = buildkit ? [cache('/var/cache/apt', 'archives'), cache('/var/lib/apt/lists', 'lists')] : [];
  // Out of reach of the images' own clean-up rule, which empties the usual folder after each install.
  const archives = buildkit ? '-o Dir::Cache::Archives=/var/cache/apt/berth ' : '';
  const needsApt =
    "{ command -v apt-get >/dev/null || { echo 'The base image is not of the Debian family: it has no apt-get.' >&2; exit 1; }; }";
  return shellStep(
    phase,
    [
      ...(phase === 'base' ? [needsApt] : []),
      'apt-get -o Acquire::Retries=3 update',
      `DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 ${archives}install -y --no-install-recommends -- \\\n      ${words(names)}`,
      ...then,
      ...(buildkit ? [] : ['apt-get clean', 'rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/lock']),
    ],
    mounts,
  );
}

function pipStep(names: readonly string[], buildkit: boolean): string {
  const missing = needs('python3 -m pip --version', 'pip', 'python3 with pip', 'python3-pip');
  // Debian's Python refuses to install outside a virtual environment unless told; others do not know the word.
  const settings = 'PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1';
  const cache = buildkit ? '--cache-dir=/root/.cache/pip' : '--no-cache-dir';
  return shellStep(
    'pip',
    [missing, `${settings} python3 -m pip install ${cache} -- \\\n      ${words(names)}`],
    buildkit ? ['--mount=type=cache,id=berth-pip,target=/root/.cache/pip,sharing=locked'] : [],
  );
}

function npmStep(names: readonly string[], buildkit: boolean): string {
  const missing = needs('command -v npm', 'npm', 'npm', 'npm');
  const install = `npm install --global --no-audit --no-fund --no-update-notifier --cache /root/.npm -- \\\n      ${words(names)}`;
  return shellStep(
    'npm',
    [missing, install, ...(buildkit ? [] : ['rm -rf /root/.npm'])],
    buildkit ? ['--mount=type=cache,id=berth-npm,target=/root/.npm,sharing=locked'] : [],
  );
}

/** Says what to do where the base image lacks a package manager, instead of the shell's "not found". */
function needs(probe: string, manager: string, what: string, debian: string): string {
  const message = `packages.${manager} needs ${what} in the image: take a base image with it, or add ${debian} to packages.apt.`;
  return `{ ${probe} >/dev/null 2>&1 || { echo ${shellQuote(message)} >&2; exit 1; }; }`;
}

/** One word a line, so that a change of one is seen as a change of one. */
function words(names: readonly string[]): string {
  return names.map(shellQuote).join(' \\\n      ');
}

function chunks(names: readonly string[]): string[][] {
  const made: string[][] = [];
  let bytes = argumentBytes;
  for (const name of names) {
    bytes += name.length + 3;
    if (bytes > argumentBytes) {
      made.push([]);
      bytes = name.length + 3;
    }
    made[made.length - 1]?.push(name);
  }
  return made;
}
