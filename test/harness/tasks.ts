import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EDITOR_VERSIONS } from './editors';
import { rooms } from './lanes';
import { REPOSITORY } from './paths';
import { checkSuite, fuzzSuite, mochaSuite, type Env } from './suites';
import type { SuiteResult } from './tally';

/** The parts of a run, as `--only` names them. */
export const PARTS = ['check', 'unit', 'engine', 'editor'] as const;
export type Part = (typeof PARTS)[number];

/** A suite that can run beside others. */
export interface SuiteTask {
  readonly name: string;
  run(): Promise<SuiteResult>;
}

/** The mocha configuration of a part. */
export function config(part: Part): string {
  return join(REPOSITORY, 'test', part, '.mocharc.json');
}

/** Each editor from outside, by its page, and from inside its extension host; and the one in a page of its own, once. */
function editorTasks(env: Env, signal: AbortSignal): SuiteTask[] {
  const folder = join(REPOSITORY, 'test/editor');
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'));
  const among = (name: string, own: Env, wanted: (file: string) => boolean): SuiteTask => {
    const paths = files.filter(wanted).map((file) => join(folder, file));
    return { name, run: () => mochaSuite({ name, config: config('editor'), files: paths, quiet: true }, own, signal) };
  };
  const ofNoVersion = (file: string) => file === 'browser-editor.test.ts';
  const each = EDITOR_VERSIONS.map((version) =>
    among(`VS Code ${version}`, { ...env, BERTH_TEST_EDITOR: version }, (file) => !ofNoVersion(file)),
  );
  return [...each, among('an editor in the browser', env, ofNoVersion)];
}

/** The engine's tests by their rooms, each in a process of its own. */
function engineTasks(env: Env, signal: AbortSignal): SuiteTask[] {
  const folder = join(REPOSITORY, 'test/engine');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return rooms(folder, files).map(({ room, files: own }) => {
    const suite = { name: `engine: ${room}`, config: config('engine'), files: own, quiet: true };
    return { name: suite.name, run: () => mochaSuite(suite, env, signal) };
  });
}

/** What shares the machine, those first that are likely to take longest: what is left at the end should be short. */
export function sharedTasks(parts: readonly Part[], env: Env, signal: AbortSignal): SuiteTask[] {
  return [
    ...(parts.includes('editor') ? editorTasks(env, signal) : []),
    ...(parts.includes('engine') ? engineTasks(env, signal) : []),
    ...(parts.includes('check') ? [{ name: 'check: types, lint, format', run: checkSuite }] : []),
    ...(parts.includes('unit') ? [{ name: 'fuzz: 1,000 templates', run: fuzzSuite }] : []),
  ];
}
