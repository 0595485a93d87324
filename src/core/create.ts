import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createDevcontainers } from './devcontainer';
import { createEngineConnection } from './engine';
import { createGit, type GitRoom } from './git/git';
import { HealthBoard } from './health/board';
import { createHealth } from './health/health';
import { createHome } from './home';
import { createUse } from './idle/use';
import { dotfilesInEnv } from './inside/dotfiles-step';
import { createInside } from './inside/inside';
import { createJournal } from './journal/journal';
import { DisposableStore } from './lifetime';
import { rememberEngine } from './line/engine-book';
import { createKnownEngines } from './line/known-engines';
import type { LauncherSource } from './line/launcher';
import { createSshFiles } from './line/ssh-host-files';
import type { Lines } from './line/types';
import type { Images } from './projects/images';
import { journalled } from './projects/journalled';
import { createPorts } from './ports/ports';
import { createProjects } from './projects/projects';
import { recorder } from './projects/record';
import type { Caretaker } from './refresh/caretaker';
import { createWarmPool } from './sandbox/warm/pool';
import type { AgentSecrets } from './secrets/agent-secrets-types';
import { KnownSecrets } from './secrets/known';
import { createEditorServers } from './servers/servers';
import { createServices } from './services/services';
import { createSnapshots } from './snapshots/snapshots';
import { createTemplates } from './templates';
import type { Core, CoreOptions } from './types';
import { version } from './version';
import { createWorktrees } from './worktrees/worktrees';

/** Builds the core. Costs nothing but objects: the engine, SSH and YAML are loaded when first used. */
export function createCore(options: CoreOptions): Core {
  const { env, installation } = options;
  const known = new KnownSecrets();
  const log = known.guard(options.log);
  const owned = new DisposableStore();
  const home = createHome(env);
  const life = new AbortController();
  owned.add({ dispose: () => life.abort() });
  const engine = owned.add(
    createEngineConnection({
      env,
      log,
      url: options.engineUrl,
      wish: options.engineWish,
      known: options.actor === 'cli' ? createKnownEngines(home) : undefined,
    }),
  );
  const templates = createTemplates(
    { builtInDir: join(installation, 'templates'), userDir: home.userTemplatesDir },
    () => [...(options.extraCaCertificates?.() ?? []), ...pathsIn(env['BERTH_EXTRA_CA_CERTS'])],
  );
  const ssh = createSshFiles(home, launcherSource(options));
  let made: Promise<Lines> | undefined;
  let linesNow: Lines | undefined;
  const lines = (): Promise<Lines> =>
    (made ??= import('./line/lines').then(
      ({ createLines }) => (linesNow = owned.add(createLines({ engine, home, session: git.session }))),
    ));
  const journal = known.guardJournal(createJournal(home));
  const record = recorder(journal, options.actor, log);
  const board = owned.add(new HealthBoard(home));
  const plain = owned.add(
    createProjects({
      home,
      connection: engine,
      templates,
      ssh,
      lines,
      runner: (on, target) => git.runner(on, target),
      rememberEngine: (found) => rememberEngine(home, found),
      health: board,
      heard: (event) => health.heard(event),
      log,
      dotfiles: () => options.dotfiles?.() ?? dotfilesInEnv(env),
      secrets: { env, storage: options.secretStorage ?? null, known },
      version,
    }),
  );
  const projects = journalled(plain, record);
  let care: Caretaker | undefined;
  const caretaker = async (): Promise<Caretaker> =>
    (care ??= new (await import('./refresh/caretaker')).Caretaker({
      projects: journalled(plain, recorder(journal, 'monitor', log)),
      mayRefresh: () => options.mayRefresh?.() ?? false,
      log,
    }));
  const health = owned.add(
    createHealth({
      home,
      connection: engine,
      projects: plain,
      board,
      journal,
      lines: () => linesNow,
      care: async (rows, signal) => (await caretaker()).turn(rows, signal),
      mayAskRegistry: () => options.mayAskRegistry?.() ?? false,
      log,
    }),
  );
  const git: GitRoom = owned.add(createGit({ home, env, ssh, record, log, projects: () => plain, lines }));
  const images = async (): Promise<Images> =>
    (await import('./projects/images')).createImages({ home, connection: engine, templates });
  const agentSecrets = async (): Promise<AgentSecrets> =>
    (await import('./secrets/agent-secrets')).createAgentSecrets({ home, engine, projects, templates, record });
  const ports = owned.add(createPorts({ home, connection: engine, projects, log }));
  return {
    home,
    engine,
    ports,
    use: createUse(projects),
    inside: createInside(home, templates),
    editorServers: createEditorServers({ home, connection: engine, log, life: life.signal }),
    templates,
    devcontainers: createDevcontainers(templates),
    projects,
    // A process that lives long has a Line at hand; the command line takes the road that needs no SSH.
    services: createServices(home, (row, signal) =>
      options.actor === 'cli' ? projects.runner(row, signal) : projects.line(row, signal),
    ),
    images: {
      list: async (...of) => (await images()).list(...of),
      planPrune: async (...of) => (await images()).planPrune(...of),
      prune: async (...of) => (await images()).prune(...of),
    },
    snapshots: createSnapshots({ home, connection: engine, projects, record }),
    // What waits is nobody's, so the journal tells of it only when somebody takes it.
    warm: owned.add(createWarmPool({ home, connection: engine, projects: plain, record, log })),
    agentSecrets: {
      list: async (...of) => (await agentSecrets()).list(...of),
      grant: async (...of) => (await agentSecrets()).grant(...of),
      revoke: async (...of) => (await agentSecrets()).revoke(...of),
    },
    worktrees: createWorktrees({ home, engine, projects, templates, record }),
    ssh,
    git,
    journal,
    health,
    dispose: () => owned.dispose(),
  };
}

/** A list of paths as PATH writes one. */
function pathsIn(list: string | undefined): string[] {
  return (list ?? '').split(delimiter).flatMap((path) => (path === '' ? [] : [resolve(path)]));
}

/** The command line that the launcher copies; null where it has not been built, as in a run from source. */
function launcherSource({ installation, editorBinary }: CoreOptions): LauncherSource | null {
  const cliFile = [join(installation, 'dist', 'cli.js'), join(installation, 'cli.js')].find((file) => existsSync(file));
  if (cliFile === undefined) return null;
  const templatesDir = join(installation, 'templates');
  return { cliFile, version, templatesDir, ...(editorBinary === undefined ? {} : { editorBinary }) };
}
