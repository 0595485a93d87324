import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cached, completeFolder, withLock } from './cache';
import { HarnessError, run } from './exec';
import { fetchNode } from './node';
import { copyForTests, copyRecipe } from './web-client';

/** The two editors of the test bed: the oldest that Berth supports, and a current one. */
export const EDITOR_VERSIONS = ['1.105.1', '1.139.1'] as const;
export type EditorVersion = (typeof EDITOR_VERSIONS)[number];

/** An installed editor server. */
export interface Editor {
  readonly version: EditorVersion;
  /** The Node that this editor is made for. */
  readonly node: string;
  /** The folder that holds `out/server-main.js`. */
  readonly server: string;
  /** The same with a client that tests can drive, see web-client.ts. */
  readonly driven: string;
}

interface Recipe {
  readonly package: string;
  readonly node: string;
  /** Packages with native code that the server loads; the others of the tree are never reached. */
  readonly native: readonly string[];
}

const COMMON = ['node-pty', '@vscode/spdlog', '@parcel/watcher'];
const RECIPES: Readonly<Record<EditorVersion, Recipe>> = {
  '1.105.1': { package: 'code-server@4.105.1', node: '22.23.3', native: [...COMMON, 'native-watchdog'] },
  '1.139.1': { package: 'code-server@4.139.1', node: '24.21.0', native: [...COMMON, '@vscode/native-watchdog'] },
};

export function isEditorVersion(text: string): text is EditorVersion {
  return (EDITOR_VERSIONS as readonly string[]).includes(text);
}

interface Manifest {
  dependencies: Record<string, string>;
  packages?: Record<string, { dependencies?: Record<string, string>; resolved?: string; integrity?: string }>;
}

/**
 * One version names `@parcel/watcher` by its git commit, which only that host can serve: the release of the same
 * version from the registry takes its place, in the manifest and in what it is locked to.
 */
export function withoutGitDependency(text: string, name = '@parcel/watcher', version = '2.5.1'): string {
  const manifest = JSON.parse(text) as Manifest;
  const roots = [manifest, manifest.packages?.['']];
  for (const root of roots) {
    if (root?.dependencies?.[name]?.includes('#')) root.dependencies[name] = version;
  }
  const entry = manifest.packages?.[`node_modules/${name}`];
  if (entry?.resolved?.startsWith('git')) {
    delete entry.resolved;
    delete entry.integrity;
  }
  return JSON.stringify(manifest, null, 2);
}

async function install(recipe: Recipe, folder: string, log: (line: string) => void): Promise<void> {
  log('fetching its Node and its packages');
  const modules = await fetchNode(recipe.node, join(folder, 'node'));
  const nodedir = join(modules, 'node');
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder, recipe.package]);
  const archive = packed.stdout.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', join(folder, archive), '-C', folder, '--strip-components=2', 'package/lib/vscode']);
  await rm(join(folder, archive));
  const server = join(folder, 'vscode');
  for (const name of ['package.json', 'npm-shrinkwrap.json']) {
    const path = join(server, name);
    if (existsSync(path)) await writeFile(path, withoutGitDependency(await readFile(path, 'utf8')));
  }
  // The editor's own Node runs npm here, so that a choice by Node's version falls on the right one.
  const env = { PATH: `${join(nodedir, 'bin')}:${process.env['PATH'] ?? ''}`, npm_config_nodedir: nodedir };
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  await run('npm', ['install', '--ignore-scripts', '--omit=dev', ...quiet], { cwd: server, env });
  log('compiling its native packages');
  await run('npm', ['rebuild', '--foreground-scripts', ...quiet, ...recipe.native], { cwd: server, env });
  await symlink('node_modules', join(server, 'node_modules.asar'));
}

/** Installs an editor into the cache unless it is there already; the lock keeps a second process from doing it too. */
export async function ensureEditor(
  version: EditorVersion,
  log: (line: string) => void = () => undefined,
): Promise<Editor> {
  const recipe = RECIPES[version];
  const folder = cached('editors', version);
  const driven = cached('editors', `${version}-driven`);
  await withLock(`editor-${version}`, async () => {
    await completeFolder(folder, JSON.stringify(recipe), () =>
      install(recipe, folder, (line) => log(`editor ${version}: ${line}`)),
    );
    const copied = JSON.stringify(recipe) + copyRecipe;
    await completeFolder(driven, copied, () => copyForTests(join(folder, 'vscode'), join(driven, 'vscode')));
  });
  const editor: Editor = {
    version,
    node: join(folder, 'node/node_modules/node/bin/node'),
    server: join(folder, 'vscode'),
    driven: join(driven, 'vscode'),
  };
  if (!existsSync(editor.node)) throw new HarnessError(`editor ${version} has no Node at ${editor.node}`);
  return editor;
}

/** The editor that `BERTH_TEST_EDITOR` names for a run of the click-through suites; the current one when it names none. */
export async function editorUnderTest(): Promise<Editor> {
  const name = process.env['BERTH_TEST_EDITOR'] ?? EDITOR_VERSIONS[1];
  if (!isEditorVersion(name)) throw new HarnessError(`BERTH_TEST_EDITOR is one of ${EDITOR_VERSIONS.join(', ')}`);
  return ensureEditor(name);
}
