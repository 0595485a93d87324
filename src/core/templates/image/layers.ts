import { dockerfileArgv, dockerfileQuote } from '../../quote';
import type { TemplateSpec } from '../schema';
import type { ImageTarget } from '../types';
import { aptStep } from './apt';
import { baseToolsStep } from './base-tools';
import { npmStep } from './npm';
import { pipStep } from './pip';
import { chunks, shellStep } from './step';
import { userScript } from './user-script';

/** A Dockerfile's text from its instructions. */
export function dockerfile(instructions: readonly string[]): string {
  return `${instructions.join('\n\n')}\n`;
}

/** How every Dockerfile of Berth begins: the base, and what each container needs. `base`: an image's reference. */
export function headLayers(base: string, buildkit: boolean): string[] {
  return [`FROM ${base}`, 'USER root', 'ENV LANG=C.UTF-8', baseToolsStep(base, buildkit)];
}

/** Build arguments, packages and `run`, in the order of change. `base`: what the packages are laid upon. */
export function specLayers(spec: TemplateSpec, base: string, buildkit: boolean): string[] {
  const { packages } = spec;
  return [
    ...sortedEntries(spec.build_args).map(([key, value]) => `ARG ${key}=${dockerfileQuote(value)}`),
    ...chunks(packages.apt).map((chunk) => aptStep('apt', chunk, base, buildkit)),
    ...chunks(packages.pip).map((chunk) => pipStep(chunk, buildkit)),
    ...chunks(packages.npm).map((chunk) => npmStep(chunk, buildkit)),
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
    ...(sudo && !root ? [aptStep('sudo', ['sudo'], base, buildkit)] : []),
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

/** The order of keys in YAML means nothing, so it must not reach the Dockerfile. */
function sortedEntries(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
