import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { cached, withLock } from './cache';
import { type RunOptions, type RunResult, run } from './exec';
import { fingerprint, hostFacts, type HostFacts } from './host';
import { below, layOut, recipeText, rootTarball, STANDINS, type StandIn } from './standins';

/** The label that says an image was made by this test bed, with the fingerprint of what it was made from. */
const LABEL = 'dev.berth.testbed';
const FACTS = 'dev.berth.testbed.facts';

export interface EnsureImagesOptions {
  /** Whether a registry is asked for the real image before one is made here. */
  readonly pull?: boolean;
  readonly names?: readonly string[];
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs the docker CLI against one engine, whatever the user's own context is. */
export type DockerCli = (args: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** The docker CLI bound to an engine address such as `unix:///run/docker.sock`. */
export function dockerCli(address: string): DockerCli {
  const host = address.includes('://') ? address : `unix://${address}`;
  return (args, options = {}) =>
    run('docker', args, { ...options, env: { ...options.env, DOCKER_HOST: host, DOCKER_CONTEXT: undefined } });
}

/** What to do about an image, from its labels on the engine (`undefined`: it is not there). */
export function verdict(labels: Readonly<Record<string, string>> | undefined, facts: string): 'make' | 'keep' {
  if (labels === undefined) return 'make';
  if (labels[LABEL] === undefined) return 'keep';
  return labels[FACTS] === facts ? 'keep' : 'make';
}

async function labelsOf(docker: DockerCli, name: string): Promise<Record<string, string> | undefined> {
  const found = await docker(['image', 'inspect', '--format', '{{json .Config.Labels}}', name], { accept: 'any' });
  if (found.code !== 0) return undefined;
  return (JSON.parse(found.stdout) as Record<string, string> | null) ?? {};
}

async function build(docker: DockerCli, image: StandIn, host: HostFacts, facts: string, options: EnsureImagesOptions) {
  const context = cached('context', image.folder);
  await layOut(image, context, host);
  const argument = below(image) === undefined ? `SUITE=${image.on}` : `BASE=${image.on}`;
  const root = `berth-testbed/root:${image.on}`;
  if (image.folder === 'debian') {
    const tarball = await rootTarball(image.on, host, options.log);
    await docker(['import', tarball, root], { signal: options.signal });
  }
  const labels = ['--label', `${LABEL}=1`, '--label', `${FACTS}=${facts}`];
  const target = image.target === undefined ? [] : ['--target', image.target];
  const ours = ['debian', 'node'].includes(image.folder) ? ['--build-arg', argument] : [];
  await docker(['build', '--quiet', ...labels, ...target, ...ours, '--tag', image.name, context], {
    signal: options.signal,
    env: { DOCKER_BUILDKIT: '0' },
  });
  // The root that an image was made of has served its purpose; the image keeps its layers.
  await docker(['image', 'rm', root], { accept: 'any' });
  await rm(context, { recursive: true, force: true });
}

async function make(docker: DockerCli, image: StandIn, host: HostFacts, facts: string, options: EnsureImagesOptions) {
  const archive = cached('images', facts, `${image.name.replaceAll(/[/:]/g, '-')}.tar`);
  if (existsSync(archive)) {
    options.log?.(`base image ${image.name}: from the cache`);
    await docker(['load', '--input', archive], { signal: options.signal });
    return;
  }
  options.log?.(`base image ${image.name}: made from Debian packages`);
  await build(docker, image, host, facts, options);
  await docker(['save', '--output', `${archive}.part`, image.name], { signal: options.signal });
  await rename(`${archive}.part`, archive);
}

/**
 * Sees to it that the base images of the built-in templates are on an engine: the real ones where a registry may be
 * asked and answers, else stand-ins of the same name. An image that this test bed did not make is never replaced.
 */
export async function ensureBaseImages(address: string, options: EnsureImagesOptions = {}): Promise<void> {
  const docker = dockerCli(address);
  const host = await hostFacts();
  const wanted = STANDINS.filter(({ name }) => options.names?.includes(name) ?? true);
  const factsOf = async (image: StandIn) => fingerprint([host, await recipeText(image)]);
  const state = async (image: StandIn) => verdict(await labelsOf(docker, image.name), await factsOf(image));
  const missing = async () => {
    const states = await Promise.all(wanted.map(state));
    return wanted.filter((_, index) => states[index] === 'make');
  };
  if ((await missing()).length === 0) return;
  await withLock('images', async () => {
    for (const image of await missing()) {
      const official = !image.name.startsWith('berth-testbed/');
      if (official && options.pull === true && (await labelsOf(docker, image.name)) === undefined) {
        options.log?.(`base image ${image.name}: asking its registry`);
        const pulled = await docker(['pull', '--quiet', image.name], { accept: 'any', signal: options.signal });
        if (pulled.code === 0) continue;
      }
      const under = below(image);
      if (under !== undefined && (await state(under)) === 'make') {
        await make(docker, under, host, await factsOf(under), options);
      }
      await make(docker, image, host, await factsOf(image), options);
    }
  });
}
