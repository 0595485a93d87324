import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { playStory, type StoryResult } from '../editor/story';
import type { Engine } from './engine';
import { EDITOR_VERSIONS, ensureEditor, isEditorVersion, type EditorVersion } from './editors';
import { HarnessError, onPath, run } from './exec';
import { ensureBaseImages } from './images';
import { RUN_MARK } from './leaks';
import { makePackage } from './package';
import { REPOSITORY } from './paths';
import { end, processesWith } from './processes';
import { startEditorServer } from './server';
import { Session } from './session';
import { buildBerth, ensureChromium, ensureSsh, ensureToolchain, setUpPrivateEngine } from './setup';

const EXAMPLE = join(REPOSITORY, 'examples/hello-python');

/** The address of an engine that already answers to this user: by DOCKER_HOST or the current Docker context. */
async function answering(): Promise<string | undefined> {
  if (!(await onPath('docker'))) return undefined;
  const version = await run('docker', ['version', '--format', '{{.Server.Version}}'], { accept: 'any' });
  if (version.code !== 0) return undefined;
  const host = process.env['DOCKER_HOST'];
  if (host !== undefined && host !== '') return host;
  const context = await run('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  return context.stdout.trim();
}

interface FoundEngine {
  readonly address: string;
  /** The engine itself where this run has started it; one that answered already is a person's own. */
  readonly own?: Engine;
}

async function findEngine(session: Session): Promise<FoundEngine> {
  const address = await answering();
  if (address === undefined) {
    const own = await setUpPrivateEngine(session, true);
    return { address: own.socket, own };
  }
  session.say(`engine: the one at ${address}`);
  await ensureBaseImages(address, { pull: true, log: session.say, signal: session.signal });
  return { address };
}

/** Resolves when a person or the system ends the run. */
function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const PICTURES = join(REPOSITORY, 'docs/images');

/** Puts the screenshots that the README shows in the place of the ones it has. */
async function renewPictures(results: readonly StoryResult[]): Promise<void> {
  for (const { step, screenshot } of results) {
    const picture = join(PICTURES, `${step.replaceAll(' ', '-')}.png`);
    if (existsSync(picture)) await copyFile(screenshot, picture);
  }
}

interface Telling {
  readonly version: EditorVersion;
  readonly shots: string;
  /** Plays on the packed extension, as users have it, and renews the README's pictures. */
  readonly pictures: boolean;
}

async function tell(session: Session, engine: FoundEngine, { version, shots, pictures }: Telling): Promise<void> {
  await ensureChromium(session);
  await ensureSsh(session);
  const scratch = await mkdtemp(join(tmpdir(), 'berth-story-'));
  await session.keep({ dispose: () => rm(scratch, { recursive: true, force: true, maxRetries: 5 }) });
  const [folder, home] = [join(scratch, 'hello-python'), join(scratch, 'home')];
  await cp(EXAMPLE, folder, { recursive: true });
  await mkdir(home);
  const results = await playStory({
    editor: await ensureEditor(version, session.say),
    folder,
    ...(pictures ? { vsix: await makePackage(scratch) } : { extensionDir: REPOSITORY }),
    shots,
    engine: engine.address,
    ...(engine.own === undefined ? {} : { power: engine.own }),
    env: { HOME: home, BERTH_HOME: join(home, '.berth') },
    onStep: ({ step, ms, note }) =>
      console.log(`✔ ${step} ${(ms / 1000).toFixed(1)} s${note === '' ? '' : `  (${note})`}`),
  });
  if (pictures) await renewPictures(results);
  console.log(`\nAll ${results.length} steps hold. A screenshot of each is in ${relative(process.cwd(), shots)}`);
}

async function main(session: Session): Promise<void> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean' },
      editor: { type: 'string' },
      shots: { type: 'string', default: join(REPOSITORY, 'dist/story') },
      pictures: { type: 'boolean', default: false },
    },
  });
  const version = values.editor ?? EDITOR_VERSIONS[1];
  if (!isEditorVersion(version)) throw new HarnessError(`--editor takes one of ${EDITOR_VERSIONS.join(', ')}`);
  const desktop = values.once === true || values.editor !== undefined ? undefined : await findDesktop();
  const engine = await findEngine(session);
  if (desktop === undefined) await ensureToolchain(session);
  const prepared = desktop === undefined ? ensureEditor(version, session.say) : undefined;
  await Promise.all([buildBerth(session), prepared]);
  session.signal.throwIfAborted();
  if (values.once === true) {
    await tell(session, engine, { version, shots: resolve(values.shots), pictures: values.pictures });
    return;
  }
  const env = { DOCKER_HOST: engine.address, DOCKER_CONTEXT: undefined };
  if (desktop !== undefined) {
    session.say(`opening ${desktop} on examples/hello-python; Ctrl-C here ends what this run started`);
    await run(desktop, ['--new-window', `--extensionDevelopmentPath=${REPOSITORY}`, EXAMPLE], { env });
  } else {
    const editor = await ensureEditor(version);
    const server = await session.keep(await startEditorServer(editor, { trust: true, env }));
    const url = server.url(EXAMPLE, [
      ['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${server.port}${REPOSITORY}`],
    ]);
    session.say(`VS Code ${version} is ready; Ctrl-C ends it`);
    console.log(`\n  ${url}\n`);
  }
  await stopped(session.signal);
}

async function findDesktop(): Promise<string | undefined> {
  for (const name of ['code', 'cursor']) if (await onPath(name)) return name;
  return undefined;
}

const session = new Session();
// A story that is stopped half-way cannot end its window: whatever carries this run's mark goes at the very end.
const mark = randomUUID();
process.env[RUN_MARK] = mark;
const leftovers = {
  dispose() {
    end(processesWith('environ', [`${RUN_MARK}=${mark}`]), 'SIGKILL');
    return Promise.resolve();
  },
};
session
  .keep(leftovers)
  .then(() => Promise.race([main(session), stopped(session.signal).then(() => session.signal.throwIfAborted())]))
  .then(
    () => 0,
    (error: unknown) => {
      if (session.signal.aborted) return 130;
      console.error(`✖ ${error instanceof HarnessError ? error.message : String(error)}`);
      return 1;
    },
  )
  .then(async (code) => {
    await session.end();
    process.exit(code);
  })
  .catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
