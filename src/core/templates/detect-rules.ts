import { chooseImage } from './detect-image';
import { versionFiles, type Asked, type Language } from './detect-versions';
import type { TemplateProposal } from './types';

/** What is known of a folder; gathered by detect.ts within bounds. */
export interface FolderFacts {
  /** Names in the folder itself; those of folders end in a slash. */
  readonly names: readonly string[];
  /** Paths one level down or in a monorepo's usual places: `backend/pyproject.toml`, `packages/web/package.json`. */
  readonly nested: readonly string[];
  /** How the files that can name a version begin, by name. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A language that a folder speaks, by which file, and which version it asks for. */
export interface Evidence {
  readonly language: Language;
  readonly file: string;
  readonly asked: Asked | null;
}

/** Which template fits a folder, and why. */
export interface Finding {
  readonly template: string;
  readonly evidence: readonly Evidence[];
  /** Said in place of the evidence where there is none. */
  readonly reason: string;
}

const languages: readonly Language[] = ['python', 'node', 'go', 'rust', 'java'];

/** Files that speak for a language, the most telling first. */
const marks: Readonly<Record<Language, readonly RegExp[]>> = {
  python: [
    ...[/^pyproject\.toml$/, /^requirements\.txt$/, /^setup\.py$/, /^setup\.cfg$/, /^Pipfile$/, /^poetry\.lock$/],
    ...[/^uv\.lock$/, /^requirements[-_.][\w.-]*\.txt$/, /^manage\.py$/, /^tox\.ini$/, /^\.python-version$/],
  ],
  node: [/^package\.json$/, /^\.nvmrc$/, /^\.node-version$/],
  go: [/^go\.mod$/, /^go\.work$/],
  rust: [/^Cargo\.toml$/, /^rust-toolchain(?:\.toml)?$/],
  java: [/^pom\.xml$/, /^build\.gradle(?:\.kts)?$/, /^settings\.gradle(?:\.kts)?$/, /^\.java-version$/],
};

/** What counts only where no file of a project does. */
const sources: Readonly<Record<Language, RegExp>> = {
  python: /\.py$/,
  node: /\.(?:js|ts|mjs|cjs|jsx|tsx)$/,
  go: /\.go$/,
  rust: /\.rs$/,
  java: /\.java$/,
};

const notebook = /\.ipynb$/;
const conda = /^environment\.ya?ml$/;
const agents = /^(?:CLAUDE\.md|AGENTS\.md|GEMINI\.md|\.claude\/)$/;

/** What has no template of its own, so that a person is told that it was seen. */
const others: readonly (readonly [RegExp, string])[] = [
  [/^Gemfile$/, 'Ruby'],
  [/^composer\.json$/, 'PHP'],
  [/\.(?:csproj|fsproj|sln)$/, '.NET'],
  [/^mix\.exs$/, 'Elixir'],
  [/^(?:CMakeLists\.txt|meson\.build|configure\.ac)$/, 'C or C++'],
  [/^Package\.swift$/, 'Swift'],
];

/** Which template fits, by facts alone. Pure. */
export function findingFor(facts: FolderFacts): Finding {
  const evidence = evidenceOf(facts);
  const found = (template: string, by: readonly Evidence[]): Finding => ({ template, evidence: by, reason: '' });
  const spoken = evidence.map(({ language }) => language);
  const data = dataFile(facts);
  if (data !== null && spoken.every((language) => language === 'python')) {
    return found('data-lab', [{ ...evidenceFor('python', data, facts), file: data }]);
  }
  const [only] = evidence;
  if (evidence.length === 1 && only !== undefined) return found(only.language, evidence);
  // No template has Java beside others; what it lacks is the smaller part to add.
  if (spoken.includes('java')) return found('java', [...evidence].sort(javaFirst));
  if (evidence.length > 1) return found('fullstack', evidence);
  const nothing = (template: string, reason: string): Finding => ({ template, evidence: [], reason });
  const agent = facts.names.find((name) => agents.test(name));
  if (agent !== undefined) return nothing('ai', `found ${agent}`);
  for (const [pattern, what] of others) {
    const file = facts.names.find((name) => pattern.test(name));
    if (file !== undefined) return nothing('base', `found ${file}: ${what}, which has no template of its own`);
  }
  return nothing('base', 'found nothing that names a language');
}

/**
 * The proposal for a finding. `baseImage` is the one that the found template has: its version of the language is kept
 * where that will do, and told as the reason. Pure.
 */
export function proposalOf({ template, evidence, reason }: Finding, baseImage: string | null): TemplateProposal {
  const [only, ...rest] = evidence;
  if (only === undefined) return { template, reason };
  if (template === 'fullstack') {
    return { template, reason: `found ${evidence.map(({ file, language }) => `${file}: ${language}`).join(', ')}` };
  }
  const choice = chooseImage(only.language, only.asked, baseImage);
  const named = `found ${only.file}: ${only.language}${choice.version === null ? '' : ` ${choice.version}`}`;
  const unmet = choice.unmet === null ? '' : ` (it asks for ${choice.unmet}, for which no image is known)`;
  const more =
    rest.length === 0 ? '' : `; ${rest.map(({ file, language }) => `${file}: ${language}`).join(', ')} is not in it`;
  return {
    template,
    reason: `${named}${unmet}${more}`,
    ...(choice.baseImage === null ? {} : { baseImage: choice.baseImage }),
  };
}

function evidenceOf(facts: FolderFacts): Evidence[] {
  const strong = languages.flatMap((language) => {
    const file = marked(facts.names, marks[language]) ?? marked(facts.nested, marks[language]);
    return file === null ? [] : [evidenceFor(language, file, facts)];
  });
  if (strong.length > 0) return strong;
  const pinned = languages.flatMap((language) => asking(language, facts) ?? []);
  if (pinned.length > 0) return pinned;
  return languages.flatMap((language) => {
    const file = marked(facts.names, [sources[language]]);
    return file === null ? [] : [evidenceFor(language, file, facts)];
  });
}

/** The file that says which version is wanted tells more than the one that names the language. */
function evidenceFor(language: Language, file: string, facts: FolderFacts): Evidence {
  return asking(language, facts) ?? { language, file, asked: null };
}

function asking(language: Language, { names, texts }: FolderFacts): Evidence | null {
  for (const [file, read] of versionFiles[language]) {
    const text = names.includes(file) ? texts[file] : undefined;
    const asked = text === undefined ? null : read(text);
    if (asked !== null) return { language, file, asked };
  }
  return null;
}

/** The first path whose name fits, by the order of the patterns. */
function marked(paths: readonly string[], patterns: readonly RegExp[]): string | null {
  for (const pattern of patterns) {
    const path = paths.find((one) => pattern.test(one.slice(one.lastIndexOf('/') + 1)));
    if (path !== undefined) return path;
  }
  return null;
}

function dataFile({ names, nested }: FolderFacts): string | null {
  return marked(names, [notebook, conda]) ?? marked(nested, [notebook]);
}

function javaFirst(one: Evidence, other: Evidence): number {
  return Number(other.language === 'java') - Number(one.language === 'java');
}
