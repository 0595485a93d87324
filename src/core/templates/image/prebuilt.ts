import type { TemplateSpec } from '../schema';
import type { ImageSource, ImageTarget, PrebuiltLacks } from '../types';
import { baseToolsStep, baseToolsThere } from './base-tools';
import { firstTrust, lastingTrust } from './certificates';
import { login, userLayers } from './layers';

type Prebuilt = Extract<ImageSource, { kind: 'prebuilt' }>;

/** What is taken for granted of an image that nobody has looked into. */
export const allLacking: PrebuiltLacks = { tools: true, user: true, certificates: true };

/** Whether nothing has to be added to a prebuilt image. */
export function isComplete({ tools, user, certificates }: PrebuiltLacks): boolean {
  return !tools && !user && !certificates;
}

/** The layer over a prebuilt image: what it lacks, and nothing else of what a template can say. */
export function prebuiltLayers(spec: TemplateSpec, { from, lacks }: Prebuilt, target: ImageTarget): string[] {
  const style = { base: from, buildkit: target.buildkit };
  const certificates = lacks.certificates ? (target.certificates ?? []) : [];
  return [
    `FROM ${from}`,
    'USER root',
    ...firstTrust(certificates),
    ...(lacks.tools ? [baseToolsStep(style)] : []),
    ...lastingTrust(certificates),
    ...(lacks.user ? userLayers(spec, from, target) : []),
  ];
}

/**
 * A script of the shell that prints `tools=yes` or `no` and the same of `user`: what an image that Berth did not make
 * has of what it needs. Run by root in a container of the image.
 */
export function prebuiltProbe(spec: TemplateSpec, target: ImageTarget): string {
  const { uid, gid } = target;
  const { user, home } = login(spec, target);
  // Names and homes fit the template's grammar, so that they stand for themselves in a pattern.
  const open = `{ [ ! -f /etc/shadow ] || grep -q '^${user}:\\*:' /etc/shadow; }`;
  const known = [
    `grep -q '^${user}:[^:]*:${uid}:${gid}:[^:]*:${home}:' /etc/passwd`,
    `[ "$(stat -c %u:%g ${home})" = ${uid}:${gid} ]`,
    ...(spec.user.sudo ? ['command -v sudo >/dev/null', '[ -f /etc/sudoers.d/berth ]'] : []),
  ];
  const wanted = uid === 0 ? [open] : [...known, open];
  const answer = (name: string, test: string) => `if ${test}; then echo ${name}=yes; else echo ${name}=no; fi`;
  return [answer('tools', baseToolsThere), answer('user', wanted.join(' && '))].join('\n');
}

/** Whom an image is made for, as its label says it: `1000:1000:dev`, with `:sudo` where that one may become root. Pure. */
export function loginText(spec: TemplateSpec, target: ImageTarget): string {
  const { user } = login(spec, target);
  return [target.uid, target.gid, user, ...(spec.user.sudo && target.uid !== 0 ? ['sudo'] : [])].join(':');
}

/** The certificates that an image was made with, as its label says it; empty for none. Pure. */
export function certificatesText(target: ImageTarget): string {
  return (target.certificates ?? []).map(({ name }) => name.replace(/^berth-|\.crt$/g, '')).join(' ');
}

/** Reads the answer of {@link prebuiltProbe}; null where it is not whole, as from an image whose shell does not run. */
export function probeAnswer(stdout: string): Pick<PrebuiltLacks, 'tools' | 'user'> | null {
  const [, tools] = /^tools=(yes|no)$/m.exec(stdout) ?? [];
  const [, user] = /^user=(yes|no)$/m.exec(stdout) ?? [];
  return tools === undefined || user === undefined ? null : { tools: tools === 'no', user: user === 'no' };
}
