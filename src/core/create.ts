import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { createDevcontainers } from './devcontainer';
import { createEngineConnection } from './engine';
import { createGit, type GitRoom } from './git/git';
import { createHome } from './home';
import { createJournal } from './journal/journal';
import { DisposableStore } from './lifetime';
import { rememberEngine } from './line/engine-book';
import type { LauncherSource } from './line/launcher';
import { createSshFiles } from './line/ssh-host-files';
import type { Lines } from './line/types';
import { createImages } from './projects/images';
import { journalled } from './projects/journalled';
import { createPorts } from './ports/ports';
import { createProjects } from './projects/projects';
import { recorder } from './projects/record';
import { createServices } from './services/services';
import { createTemplates } from './templates';
import type { Core, CoreOptions } from './types';
import { version } from './version';

/** Builds the core. Costs nothing but objects: the engine, SSH and YAML are loaded when first used. */
export function createCore(options: CoreOptions): Core {
  const { log, env, installation } = options;
  const owned = new DisposableStore();
  const home = createHome(env);
  const engine = owned.add(createEngineConnection({ env, log, url: options.engineUrl }));
  const templates = createTemplates(
    { builtInDir: join(installation, 'templates'), userDir: home.userTemplatesDir },
    () => [...(options.extraCaCertificates?.() ?? []), ...pathsIn(env['BERTH_EXTRA_CA_CERTS'])],
  );
  const ssh = createSshFiles(home, launcherSource(options));
  let made: Promise<Lines> | undefined;
  const lines = (): Promise<Lines> =>
    (made ??= import('./line/lines').then(({ createLines }) =>
      owned.add(createLines({ engine, home, session: git.session })),
    ));
  const journal = createJournal(home);
  const record = recorder(journal, options.actor, log);
  const plain = owned.add(
    createProjects({
      home,
      connection: engine,
      templates,
      ssh,
      lines,
      runner: (on, target) => git.runner(on, target),
      rememberEngine: (found) => rememberEngine(home, found),
      log,
      version,
    }),
  );
  const projects = journalled(plain, record);
  const git: GitRoom = owned.add(createGit({ home, env, ssh, record, log, projects: () => plain, lines }));
  const images = createImages({ home, connection: engine, templates });
  const ports = owned.add(createPorts({ home, connection: engine, projects, log }));
  return {
    home,
    engine,
    ports,
    templates,
    devcontainers: createDevcontainers(templates),
    projects,
    // A process that lives long has a Line at hand; the command line takes the road that needs no SSH.
    services: createServices((row, signal) =>
      options.actor === 'cli' ? projects.runner(row, signal) : projects.line(row, signal),
    ),
    images,
    ssh,
    git,
    journal,
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
