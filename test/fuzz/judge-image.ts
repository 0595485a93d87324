import assert from 'node:assert/strict';
import { sshdConfig } from '../../src/core/line/sshd-config';
import { planImage } from '../../src/core/templates/image/plan';
import type { ImageTarget, ResolvedTemplate, TemplateSpec } from '../../src/core/templates/types';
import { expandedWord, instructionsOf, shellTokens, type Token } from './dockerfile-reader';

/** Writes a Dockerfile for a template: Berth's own way, or a broken one to see that it is found out. */
export type Write = (resolved: ResolvedTemplate, target: ImageTarget) => string;

/** Words of a shell as they are written, and what each has to come to. */
export type Words = readonly (readonly [raw: string, value: string])[];

export const berthWrites: Write = (resolved, target) => planImage(resolved, target).dockerfile;

export interface Judged {
  /** Words in RUN instructions that hold a value of the template: a real shell is to read them too. */
  readonly words: Words;
  /** Every shell command of a RUN: a real shell is to find no mistake in its grammar. */
  readonly commands: readonly string[];
}

/**
 * Proves that no value of a template leaves its place in the Dockerfile. Values that are built in as they are (FROM, ARG, WORKDIR,
 * a JSON command) are read back and compared. Shell commands are compared, token by token, with those of a twin whose values
 * are harmless words: a value that could end its quotes, add a word or an operator would make another list of tokens.
 */
export function judgeImage(resolved: ResolvedTemplate, target: ImageTarget, write: Write = berthWrites): Judged {
  const { spec } = resolved;
  if (spec.base_image === undefined) return { words: [], commands: [] };
  const twin = twinOf(spec);
  const real = instructionsOf(write(resolved, target));
  const harmless = instructionsOf(write({ ...resolved, spec: twin.spec }, target));
  assert.deepEqual(
    real.map(({ keyword }) => keyword),
    harmless.map(({ keyword }) => keyword),
    'other instructions than for harmless values',
  );
  const of = (keyword: string): string[] => real.filter((one) => one.keyword === keyword).map(({ rest }) => rest);
  assert.match(spec.base_image, /^[!-~]+$/);
  assert.deepEqual(of('FROM'), [spec.base_image]);
  assert.deepEqual(of('WORKDIR').map(expandedWord), [spec.workspace.path]);
  assert.deepEqual(of('USER'), ['root', target.uid === 0 ? 'root' : spec.user.name]);
  const args = of('ARG').map((rest) => /^([A-Za-z_][A-Za-z0-9_]*)=([^]*)$/.exec(rest)?.slice(1) ?? [rest, '']);
  assert.deepEqual(
    Object.fromEntries(args.map(([key = '', word = '']) => [key, expandedWord(word)])),
    spec.build_args,
    'build arguments',
  );
  const runs = of('RUN');
  const scripts = runs.filter((rest) => rest.startsWith('['));
  assert.deepEqual(
    scripts.map((rest) => JSON.parse(rest) as unknown),
    spec.run.map((script, index) => ['/bin/sh', '-ec', `: berth run ${index + 1}\n${script}`]),
    'build steps',
  );
  const commands = runs.filter((rest) => !rest.startsWith('[')).map(withoutFlags);
  const others = harmless.filter((one) => one.keyword === 'RUN' && !one.rest.startsWith('['));
  const words = commands.flatMap((command, index) =>
    sameTokens(shellTokens(command), shellTokens(withoutFlags(others[index]?.rest ?? '')), twin),
  );
  judgeSshd(spec);
  return { words, commands };
}

/** `--mount=…` and the like stand before the command, and are Berth's own words. */
function withoutFlags(rest: string): string {
  return rest.replace(/^(?:--[a-z]+=[\w=,./-]+\s+)+/, '');
}

interface Twin {
  readonly spec: TemplateSpec;
  /** Values by the harmless words in their places. */
  readonly values: ReadonlyMap<string, string>;
}

/** The template with a harmless word in the place of each value that gets into a shell command. */
function twinOf(spec: TemplateSpec): Twin {
  const values = new Map<string, string>();
  const swap = (value: string): string => {
    // Nothing that is of letters, digits and dots alone means anything but itself.
    if (/^[A-Za-z0-9.]*$/.test(value)) return value;
    // As long as the value, since long lists are split by their length.
    const word = `zq${values.size}qz`.padEnd(value.length, 'x');
    values.set(word, value);
    return word;
  };
  // Both read a version behind an @ by itself, and Cargo the sign before it.
  const apart = (name: string): string => {
    const [, head = '', at = '', version = ''] = /^([^@]*)(@[~^=<>]*)?([^]*)$/.exec(name) ?? [];
    return swap(head) + at + swap(version);
  };
  // A version decides which names share a step.
  const versioned = (name: string): string => {
    const [, head = '', version = ''] = /^([^=]*)(=?[^]*)$/.exec(name) ?? [];
    return swap(head) + version.slice(0, 1) + swap(version.slice(1));
  };
  const { apt, pip, npm, cargo, go } = spec.packages;
  const packages = {
    ...{ apt: apt.map(versioned), pip: pip.map(swap), npm: npm.map(swap) },
    ...{ cargo: cargo.map(apart), go: go.map(apart) },
  };
  const build_args = Object.fromEntries(Object.keys(spec.build_args).map((key) => [key, 'x']));
  const user = { ...spec.user, name: swap(spec.user.name) };
  const path = swap(spec.workspace.path.slice(1));
  if (path !== spec.workspace.path.slice(1)) values.set(path, spec.workspace.path.slice(1));
  const run = spec.run.map(() => 'true');
  return {
    spec: { ...spec, packages, build_args, user, run, workspace: { ...spec.workspace, path: `/${path}` } },
    values,
  };
}

function sameTokens(real: readonly Token[], harmless: readonly Token[], twin: Twin): [string, string][] {
  const found: [string, string][] = [];
  assert.equal(real.length, harmless.length, 'another number of words and operators than for harmless values');
  for (const [index, token] of real.entries()) {
    const other = harmless[index];
    assert.equal(token.kind, other?.kind);
    const text = other?.value ?? other?.raw ?? '';
    const wanted = text.replaceAll(/zq[0-9]+qzx*/g, (word) => twin.values.get(word) ?? word);
    assert.equal(token.value ?? token.raw, wanted);
    // A builder takes such a word of a RUN for the start of a document that goes on in the next lines.
    assert.ok(!/^\d*<</.test(token.value ?? ''), 'a word that begins a here-document');
    if (wanted !== text && token.value !== null) found.push([token.raw, token.value]);
  }
  return found;
}

/** The container's environment goes into sshd's configuration, one option a line. */
function judgeSshd({ environment, user }: TemplateSpec): void {
  const write = (values: Readonly<Record<string, string>>): string[] =>
    sshdConfig({ user: user.name, environment: values, folder: '/run/berth/x' }).split('\n');
  const [real, plain] = [write(environment), write({})];
  const added = real.filter((line) => !plain.includes(line));
  assert.ok(real.length - plain.length <= 1 && added.length <= 1, 'environment adds an option to sshd');
  const [line] = added;
  if (line === undefined) return;
  assert.match(line, /^SetEnv "/);
  const read = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(["\\])/g, '$1'));
  const wanted = Object.entries(environment).filter(([, value]) => !/[\r\n]/.test(value));
  assert.deepEqual(
    read,
    wanted.map(([key, value]) => `${key}=${value}`),
    'environment as sshd reads it',
  );
}
