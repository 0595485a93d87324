import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import writeFileAtomic from 'write-file-atomic';
import type { ContainerSpec, Engine, ImageDetail } from '../engine/types';
import { BerthError, isCancelled } from '../errors';
import { helperSpec } from '../helper';
import type { BerthHome } from '../home';
import { labels } from '../model';
import { certificatesText, loginText, prebuiltProbe, probeAnswer } from '../templates/image/prebuilt';
import type { ImageTarget, PrebuiltLacks, ResolvedTemplate } from '../templates/types';

type Answer = Pick<PrebuiltLacks, 'tools' | 'user'>;

/**
 * What a prebuilt image lacks. One that Berth made for the same user says so by its labels; any other is looked into by
 * one short container, and what that finds is remembered for as long as the image is the same.
 * @throws BerthError `image_unusable` for one without a shell
 */
export async function lacksOf(
  engine: Engine,
  home: BerthHome,
  image: ImageDetail,
  resolved: ResolvedTemplate,
  target: ImageTarget,
  signal?: AbortSignal,
): Promise<PrebuiltLacks> {
  const { spec } = resolved;
  const wanted = certificatesText(target);
  const certificates = wanted !== '' && image.labels[labels.certificates] !== wanted;
  if (image.labels[labels.login] === loginText(spec, target)) return { tools: false, user: false, certificates };
  const script = prebuiltProbe(spec, target);
  const known = await recall(home, image.id, script);
  if (known !== null) return { ...known, certificates };
  const answer = await probe(engine, home, image, resolved, script, signal);
  await remember(home, image.id, script, answer);
  return { ...answer, certificates };
}

/** Runs the script in a container that is gone afterwards, whatever happens. */
async function probe(
  engine: Engine,
  home: BerthHome,
  image: ImageDetail,
  resolved: ResolvedTemplate,
  script: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const id = await engine.createContainer(proberSpec(image, await home.owner()), signal);
  try {
    await engine.startContainer(id, signal);
    const asked = await engine.exec(id, { argv: ['/bin/sh', '-c', script], user: '0', stdin: false }, signal);
    const [stdout] = await Promise.all([text(asked.stdout), text(asked.stderr), asked.exit]);
    const answer = probeAnswer(stdout);
    if (answer !== null) return answer;
    // Its init is up for a moment even where there is no shell for it to start.
    throw new Error(`The look into the image was not answered: ${stdout.slice(0, 500)}`);
  } catch (error) {
    if (isCancelled(error) || (error instanceof BerthError && error.code === 'engine_unreachable')) throw error;
    throw new BerthError('image_unusable', `The image ${resolved.spec.image ?? image.id} cannot be looked into.`, {
      hint: 'Berth needs a Linux image with a shell (/bin/sh) and the usual tools; take another, or build on one by spec.base_image.',
      cause: error,
    });
  } finally {
    // Not by the caller's signal: it goes even where that has just been aborted.
    await engine.removeContainer(id, { force: true });
  }
}

function proberSpec(image: ImageDetail, owner: string): ContainerSpec {
  return helperSpec({
    name: `berth-helper-${randomBytes(6).toString('hex')}`,
    owner,
    project: null,
    image: image.id,
    command: ['/bin/sh', '-c', 'sleep 60'],
    mounts: [],
    memoryBytes: 256 << 20,
    pids: 100,
  });
}

/** The script is part of the name: another user, or another Berth, asks something else. */
function fileOf(home: BerthHome, image: string, script: string): string {
  const name = createHash('sha256').update(`${image}\n${script}`).digest('hex').slice(0, 32);
  return join(home.stateDir, 'prebuilt', `${name}.json`);
}

async function recall(home: BerthHome, image: string, script: string): Promise<Answer | null> {
  try {
    const { tools, user } = JSON.parse(await readFile(fileOf(home, image, script), 'utf8')) as Partial<Answer>;
    return typeof tools === 'boolean' && typeof user === 'boolean' ? { tools, user } : null;
  } catch {
    return null; // It can be looked at again.
  }
}

async function remember(home: BerthHome, image: string, script: string, answer: Answer): Promise<void> {
  const file = fileOf(home, image, script);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFileAtomic(file, `${JSON.stringify(answer)}\n`, { mode: 0o600 });
}
