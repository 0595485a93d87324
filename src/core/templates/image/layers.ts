import { dockerfileArgv, dockerfileQuote } from '../../quote';
import type { TemplateSpec } from '../schema';
import type { ExtraCertificate, ImageTarget, ListShare } from '../types';
import { agentSteps } from './agents';
import { aptStep } from './apt';
import { aptGroups } from './apt-steps';
import { baseToolsStep } from './base-tools';
import { cargoStep } from './cargo';
import { firstTrust, lastingTrust } from './certificates';
import { familyInstall, familyStep } from './families';
import { goStep } from './go';
import { npmStep } from './npm';
import { pipStep } from './pip';
import { chunks, shellStep, type StepStyle } from './step';
import { userScript } from './user-script';

/** A Dockerfile's text from its instructions. */
export function dockerfile(instructions: readonly string[]): string {
  return `${instructions.join('\n\n')}\n`;
}

/** How a Dockerfile of Berth begins: what FROM names, and what each container needs. */
export function headLayers(from: string, style: StepStyle, certificates: readonly ExtraCertificate[]): string[] {
  return [
    `FROM ${from}`,
    'USER root',
    'ENV LANG=C.UTF-8',
    ...firstTrust(certificates),
    baseToolsStep(style),
    ...lastingTrust(certificates),
  ];
}

/**
 * Build arguments, packages and `run`, in the order of change. `base`: what the packages are laid upon. apt's are split by
 * their `shares` where lists of packages are kept: a step that has to fetch them first is dearer than what it saves.
 */
export function specLayers(
  spec: TemplateSpec,
  base: string,
  buildkit: boolean,
  shares?: readonly ListShare[],
): string[] {
  const style = { base, buildkit };
  const installed = (names: readonly string[], step: (chunk: readonly string[], style: StepStyle) => string) =>
    chunks(names).map((chunk) => step(chunk, style));
  const { apt, pip, npm, cargo, go } = spec.packages;
  return [
    ...sortedEntries(spec.build_args).map(([key, value]) => `ARG ${key}=${dockerfileQuote(value)}`),
    ...aptGroups(apt, buildkit ? shares : asOne(apt)).map((group) => aptStep(group, style)),
    ...installed(pip, pipStep),
    ...installed(npm, npmStep),
    ...installed(cargo, cargoStep),
    ...installed(go, goStep),
    ...agentSteps(spec.agents, style),
    ...spec.run.map(
      (script, index) => `RUN ${dockerfileArgv(['/bin/sh', '-ec', `: berth run ${index + 1}\n${script}`])}`,
    ),
  ];
}

/** How every Dockerfile of Berth ends: the login user, who is a person's own and so comes last. */
export function userLayers(spec: TemplateSpec, base: string, target: ImageTarget): string[] {
  const { uid, gid, buildkit } = target;
  const { name, sudo } = spec.user;
  const root = uid === 0;
  return [
    ...(sudo && !root ? [sudoStep({ base, buildkit })] : []),
    shellStep('user', userScript({ uid, gid, name, sudo, workspace: spec.workspace.path })),
    `USER ${root ? 'root' : name}`,
    `WORKDIR ${dockerfileQuote(spec.workspace.path)}`,
    `CMD ${dockerfileArgv(['sleep', 'infinity'])}`,
  ];
}

/** Who logs in, and where that one is at home. */
export function login(spec: TemplateSpec, target: ImageTarget): { readonly user: string; readonly home: string } {
  return target.uid === 0 ? { user: 'root', home: '/root' } : { user: spec.user.name, home: `/home/${spec.user.name}` };
}

function asOne(names: readonly string[]): ListShare[] {
  return [{ names: names.length, edited: false }];
}

function sudoStep(style: StepStyle): string {
  const sudo = ['sudo'];
  return familyStep(
    'sudo',
    familyInstall('command -v sudo >/dev/null', { apt: sudo, apk: sudo, dnf: sudo }),
    [],
    style,
  );
}

/** The order of keys in YAML means nothing, so it must not reach the Dockerfile. */
function sortedEntries(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
