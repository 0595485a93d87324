import type { Random } from './random';
import { payloads } from './values';

type Mutator = (text: string, random: Random, payload: string) => string;

const lines = (change: (lines: string[], at: number, random: Random, payload: string) => void): Mutator => {
  return (text, random, payload) => {
    const all = text.split('\n');
    change(all, random.below(all.length), random, payload);
    return all.join('\n');
  };
};

const insertions = [
  '\t',
  '\0',
  '\r',
  '\ufeff',
  '\u2028',
  '\u0007',
  '---\n',
  '...\n',
  '%YAML 1.1\n',
  '&a ',
  '*a ',
  '!!binary ',
  '!x ',
  '<<: *a\n',
];

const mutators: readonly Mutator[] = [
  lines((all, at) => all.splice(at, 1)),
  lines((all, at) => all.splice(at, 0, all[at] ?? '')),
  lines((all, at, random) => {
    const other = random.below(all.length);
    [all[at], all[other]] = [all[other] ?? '', all[at] ?? ''];
  }),
  lines((all, at, random) => (all[at] = random.pick(['\t', ' ', '  ', '    ']) + (all[at] ?? ''))),
  lines((all, at) => (all[at] = (all[at] ?? '').trimStart())),
  lines((all, at, _, payload) => (all[at] = (all[at] ?? '').replace(/:.*$/s, `: ${payload}`))),
  lines((all, at, _, payload) => (all[at] = (all[at] ?? '').replace(/:.*$/s, `: ${JSON.stringify(payload)}`))),
  lines((all, at, _, payload) => (all[at] = (all[at] ?? '').replace(/[A-Za-z_]+:/, `${payload}:`))),
  lines(
    (all, at, random) =>
      (all[at] = (all[at] ?? '').replace(
        /:.*$/s,
        random.pick([':', ': null', ': []', ': {}', ': ~', ': |', ': >-', ': &a x', ': *a']),
      )),
  ),
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(insertions) + text.slice(at);
  },
  (text, random, payload) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + payload + text.slice(at);
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + random.below(4));
  },
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(random.below(0x10000)) + text.slice(at);
  },
  (text) => text.replaceAll('\n', '\r\n'),
  (text) => `${text}\n${text}`,
];

/** A real template with one to four things wrong with it. */
export function mutated(text: string, random: Random, canary: string): string {
  const evil = payloads(canary);
  let made = text;
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    made = random.pick(mutators)(made, random, random.pick(evil));
  }
  return made;
}

/** As it stands between YAML's double quotes. */
const quotes = String.raw`$'\\\" `;

const head = 'apiVersion: devcontainer/v1\nkind: Template\nmetadata: {name: bomb}\nspec:\n  base_image: a\n';

/** Documents that are large, deep or grow when they are read. */
export function bomb(random: Random): string {
  const size = 10 ** (1 + random.below(4));
  const spec = (text: string): string => `${head}  ${text}\n`;
  const many = (make: (index: number) => string): string =>
    Array.from({ length: size }, (_, index) => make(index)).join(', ');
  const levels = 2 + random.below(12);
  return random.pick<() => string>([
    () => spec(`packages: {apt: [${many((index) => `package-${index}`)}]}`),
    () => spec(`packages: {pip: [${many(() => 'same')}]}`),
    () => spec(`environment: {${many((index) => `K${index}: v`)}}`),
    () => spec(`environment: {${many(() => 'A: v')}}`),
    () => spec(`run: [${many(() => 'x')}]`),
    () => spec(`run: ["${quotes.repeat(size)}"]`),
    () => spec(`x: ${'['.repeat(size)}${']'.repeat(size)}`),
    () => spec(`x: ${'{a: '.repeat(size)}`),
    () => spec(`x: ${'- '.repeat(size)}`),
    () =>
      spec(`x:\n${Array.from({ length: Math.min(size, 600) }, (_, depth) => `${' '.repeat(depth + 3)}a:`).join('\n')}`),
    () => spec(`x: "${'a'.repeat(size * 30)}"`),
    () => spec(`${'k'.repeat(size)}: 1`),
    () => `${head}${'  # comment\n'.repeat(size)}`,
    () =>
      `a0: &a0 [x, x]\n${Array.from({ length: levels }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}x]`).join('\n')}`,
    () => spec(`environment: &e {A: b}\n  build_args: *e\n  x: [${many(() => '*e')}]`),
    () => '\n'.repeat(size * 20),
    () => '"'.repeat(size),
    () => `${head}${'x'.repeat(256 * 1024 - head.length + random.below(3) - 1)}`,
  ])();
}
