import { parseRange, parseVersion, type Range, type Version } from './detect-range';

/** The languages that a folder is searched for. */
export type Language = 'python' | 'node' | 'go' | 'rust' | 'java';

/** What a file asks for: one version, or any of a range. */
export type Asked =
  | { readonly kind: 'exact'; readonly version: Version; readonly text: string }
  | { readonly kind: 'range'; readonly range: Range; readonly text: string };

/** The files that can ask for a language's version, the most binding first. Each reads the beginning of its file. */
type Reader = readonly [file: string, read: (text: string) => Asked | null];

/** One line of text, or the one thing that a pattern finds; bounded, since manifests are anyone's. */
const first = (text: string, pattern: RegExp): string | null => pattern.exec(text)?.[1]?.trim() ?? null;

function exact(text: string | null): Asked | null {
  const version = text === null ? null : parseVersion(text);
  return version === null || text === null ? null : { kind: 'exact', version, text: text.replace(/^v/, '') };
}

function range(text: string | null): Asked | null {
  const parsed = text === null ? null : parseRange(text);
  return parsed === null || text === null
    ? null
    : { kind: 'range', range: parsed, text: text.trim().replaceAll(/\s+/g, ' ') };
}

function atLeast(text: string | null): Asked | null {
  const asked = text === null ? null : range(`>=${text}`);
  return asked === null ? null : { ...asked, text: `${text} or newer` };
}

/** The first line that is no comment. */
const line = (text: string): string | null => first(text, /^(?:[ \t]*(?:#[^\n]*)?\r?\n){0,50}[ \t]*([^\s#]{1,60})/);

/** asdf's and mise's file: one tool a line. */
const tool = (name: string): Reader => [
  '.tool-versions',
  (text) => exact(first(text, new RegExp(String.raw`^${name}[ \t]+(?:[a-z]+-)?([0-9][^\s+]{0,40})`, 'm'))),
];

/** The lines of one table of a TOML file: enough for a key with a text in it. */
function tomlText(text: string, table: string, key: string): string | null {
  let here = '';
  for (const one of text.split('\n')) {
    const header = /^\s*\[([^[\]]{1,80})\]\s*(?:#.*)?$/.exec(one)?.[1]?.trim();
    if (header !== undefined) here = header;
    else if (here === table) {
      const found = /^\s*([A-Za-z0-9_-]{1,40})\s*=\s*["']([^"']{1,100})["']/.exec(one);
      if (found?.[1] === key) return found[2] ?? null;
    }
  }
  return null;
}

/** Names of Node's long-term versions, as .nvmrc may have them. */
const nodeNames: Readonly<Record<string, string>> = { hydrogen: '18', iron: '20', jod: '22', krypton: '24' };

function nodeLine(text: string): Asked | null {
  const found = line(text);
  const name = found === null ? undefined : /^lts\/([a-z]+)$/i.exec(found)?.[1]?.toLowerCase();
  return exact(name === undefined ? found : (nodeNames[name] ?? null));
}

/** A package.json may be longer than what is read of it; then the text is searched as it is. */
function packageJson(text: string, table: 'engines' | 'volta'): string | null {
  try {
    const parsed = JSON.parse(text) as Readonly<Record<string, { readonly node?: unknown } | undefined>> | null;
    const found = parsed?.[table]?.node;
    return typeof found === 'string' ? found.trim() : null;
  } catch {
    return first(text, new RegExp(String.raw`"${table}"\s*:\s*\{[^{}]{0,300}?"node"\s*:\s*"([^"]{1,100})"`));
  }
}

const javaVersion = (text: string | null): Asked | null => exact(text?.replace(/^1\.(?=[0-9])/, '') ?? null);

const gradle = (text: string): Asked | null =>
  javaVersion(
    first(text, /JavaLanguageVersion\.of\(\s*["']?([0-9]{1,2})/) ??
      first(text, /jvmToolchain\(\s*([0-9]{1,2})/) ??
      first(text, /(?:source|target)Compatibility\s*=?\s*(?:JavaVersion\.VERSION_)?["']?([0-9._]{1,5})/)?.replace(
        '_',
        '.',
      ) ??
      null,
  );

const rustChannel = (text: string): Asked | null =>
  exact(tomlText(text, 'toolchain', 'channel') ?? first(text, /^\s*([0-9][0-9.]{0,10})\s*$/));

/** Who can say which version of a language a folder wants, the most binding first. */
export const versionFiles: Readonly<Record<Language, readonly Reader[]>> = {
  python: [
    ['.python-version', (text) => exact(line(text))],
    tool('python'),
    ['runtime.txt', (text) => exact(first(text, /^python-([0-9.]{1,12})/))],
    ['Pipfile', (text) => exact(tomlText(text, 'requires', 'python_version'))],
    [
      'pyproject.toml',
      (text) =>
        range(tomlText(text, 'project', 'requires-python') ?? tomlText(text, 'tool.poetry.dependencies', 'python')),
    ],
    ['setup.cfg', (text) => range(first(text, /^python_requires[ \t]*=[ \t]*([^\n#]{1,100})/m))],
    ['setup.py', (text) => range(first(text, /python_requires\s*=\s*["']([^"'\n]{1,100})["']/))],
    ...['environment.yml', 'environment.yaml'].map((file): Reader => [
      file,
      (text) => exact(first(text, /^[ \t]*-[ \t]*["']?python[ \t]*={1,2}[ \t]*([0-9][0-9.]{0,10})/m)),
    ]),
  ],
  node: [
    ['.nvmrc', nodeLine],
    ['.node-version', nodeLine],
    tool('nodejs'),
    tool('node'),
    ['package.json', (text) => exact(packageJson(text, 'volta')) ?? range(packageJson(text, 'engines'))],
  ],
  go: [
    tool('golang'),
    tool('go'),
    // A module's go line names the oldest that will do.
    ['go.mod', (text) => atLeast(first(text, /^go[ \t]+([0-9][0-9.]{0,10})/m))],
    ['go.work', (text) => atLeast(first(text, /^go[ \t]+([0-9][0-9.]{0,10})/m))],
  ],
  rust: [
    ['rust-toolchain.toml', rustChannel],
    ['rust-toolchain', rustChannel],
    tool('rust'),
    [
      'Cargo.toml',
      (text) =>
        atLeast(tomlText(text, 'package', 'rust-version') ?? tomlText(text, 'workspace.package', 'rust-version')),
    ],
  ],
  java: [
    ['.java-version', (text) => javaVersion(line(text))],
    ['.sdkmanrc', (text) => javaVersion(first(text, /^java=([0-9][0-9.]{0,10})/m))],
    tool('java'),
    [
      'pom.xml',
      (text) =>
        javaVersion(first(text, /<(?:maven\.compiler\.(?:release|source)|java\.version|release)>\s*([0-9.]{1,5})\s*</)),
    ],
    ['build.gradle', gradle],
    ['build.gradle.kts', gradle],
  ],
};
