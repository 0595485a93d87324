import { startCachedEngine } from './cached-engine';
import { chromiumPath, hasBothChromiums } from './browser';
import { EDITOR_VERSIONS, ensureEditor, type EditorVersion } from './editors';
import { ensureEnginePackages, type Engine } from './engine';
import { HarnessError, onPath, run } from './exec';
import { ensureBaseImages } from './images';
import { ensurePackages } from './packages';
import { REPOSITORY } from './paths';
import { ensureRegistryPackages } from './registry';
import { ensureRootless } from './rootless';
import type { Session } from './session';

const all = async (programs: readonly string[]) => (await Promise.all(programs.map(onPath))).every(Boolean);

/** What compiling an editor's native parts needs. */
export async function ensureToolchain(session: Session): Promise<void> {
  const there = () => all(['python3', 'make', 'g++', 'tar']);
  await ensurePackages(['python3', 'make', 'g++', 'tar'], there, session.say);
}

export async function ensureChromium(session: Session): Promise<void> {
  const there = () => Promise.resolve(hasBothChromiums());
  try {
    await ensurePackages(['chromium', 'chromium-headless-shell', 'fonts-dejavu-core'], there, session.say);
  } catch (error) {
    // A whole one shows the same, for a little more of the CPU.
    if (chromiumPath('whole') === undefined) throw error;
  }
}

/** The system's own SSH programs, which come into a container by the same config as the editor. */
export async function ensureSsh(session: Session): Promise<void> {
  await ensurePackages(['openssh-client'], () => all(['ssh', 'sftp']), session.say);
}

/** Everything that making the stand-ins and the suites themselves call by name. */
async function ensurePrograms(session: Session): Promise<void> {
  const there = () => all(['debootstrap', 'ssh', 'sftp', 'git', 'ps']);
  const packages = ['debootstrap', 'openssh-client', 'git', 'ca-certificates', 'procps'];
  await ensurePackages(packages, there, session.say);
}

/** An engine of this run's own, with the base images on it. */
export async function setUpPrivateEngine(session: Session, pull = false): Promise<Engine> {
  await ensureEnginePackages(session.say);
  await ensureRegistryPackages(session.say);
  await ensurePrograms(session);
  session.say('engine: starting a private one');
  const engine = await session.keep(await startCachedEngine());
  await ensureBaseImages(engine.socket, { log: session.say, signal: session.signal, pull });
  return engine;
}

/** The address of an engine of this run's own; what engines without rights need is there too. */
export async function setUpEngine(session: Session): Promise<string> {
  await ensureRootless(session.say);
  return (await setUpPrivateEngine(session)).socket;
}

/** Both editors and the browser that shows them, one after the other: compiling uses every core already. */
export async function setUpEditors(session: Session, versions: readonly EditorVersion[] = EDITOR_VERSIONS) {
  await ensureToolchain(session);
  for (const version of versions) await ensureEditor(version, session.say);
  await ensureChromium(session);
}

/** Builds the extension and the command line. */
export async function buildBerth(session: Session): Promise<void> {
  session.say('build');
  const built = await run('npm', ['run', '--silent', 'build'], { cwd: REPOSITORY, accept: 'any' });
  if (built.code !== 0) throw new HarnessError(`the build failed:\n${built.stdout}${built.stderr}`);
}
