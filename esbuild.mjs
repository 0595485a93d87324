// Bundles the entry points into one folder. `--only cli` builds one of them, `--production` minifies, `--outdir DIR`
// builds elsewhere, `--metafile` tells what went in.
//
// An entry holds what it needs at its start; each `await import(…)` in the source begins a chunk that is read when it is
// first asked for, and what several ask for is a chunk of its own that they share: the extension and the command line
// alike. Nothing has to be listed by hand. esbuild splits ES modules only, while editors load extensions as CommonJS:
// so each chunk is turned into CommonJS after the split, `import()` into a `require` that happens later. No two chunks
// wait for each other: a chunk holds what one set of entries reaches, and asks only for what more of them reach.
// Then the many chunks are put together into few files (esbuild-packs.mjs).
import { build, transform } from 'esbuild';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { packsOf } from './esbuild-packs.mjs';

const { values: args } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    outdir: { type: 'string', default: 'dist' },
    only: { type: 'string' },
    metafile: { type: 'boolean', default: false },
  },
});

const entries = { activate: 'src/editor/activate.ts', cli: 'src/cli/main.ts', mcp: 'src/mcp/main.ts' };

/** Parts of dependencies that are native, and so no part of a bundle. */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    // ssh2 tries these and falls back to JavaScript where requiring them throws.
    onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'not-there' }));
    onLoad({ filter: /.*/, namespace: 'not-there' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

/** The editor's API is for the editor's room alone: reached from anywhere else, it fails the build. */
const editorApi = {
  name: 'editor-api',
  setup({ onResolve }) {
    onResolve({ filter: /^vscode$/ }, ({ importer }) =>
      importer.includes(`${sep}src${sep}editor${sep}`) || importer.endsWith(`${sep}src${sep}extension.ts`)
        ? { path: 'vscode', external: true }
        : { errors: [{ text: 'Only src/editor may know the editor.' }] },
    );
  },
};

const format = { platform: 'node', target: 'node20', minify: args.production, legalComments: 'none' };

// What is started again and again is one file of its own, that shares nothing: see src/cli/often.ts. What it would need on
// a first time alone (keys that are not made yet, a full journal) is not in there: then the usual way is gone. Small files
// it reads at once, and what it seldom writes with is evaluated when it writes.
const notOften = {
  name: 'not-often',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:ssh2|proper-lockfile)$/ }, ({ path }) => ({ path, namespace: 'not-there' }));
    onResolve({ filter: /^node:fs\/promises$/ }, () => ({ path: resolve('src/cli/files-at-once.ts') }));
    onResolve({ filter: /^write-file-atomic$/ }, ({ path, namespace }) =>
      namespace === 'when-called' ? undefined : { path, namespace: 'when-called' },
    );
    onLoad({ filter: /.*/, namespace: 'when-called' }, ({ path }) => ({
      contents: `module.exports = (...words) => require(${JSON.stringify(path)})(...words);`,
      resolveDir: resolve('.'),
    }));
    // A part of Node that takes two milliseconds to load, and is asked while the engine answers. A name more: the build says so.
    onResolve({ filter: /^node:crypto$/ }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'part-when-called' },
    );
    onLoad({ filter: /.*/, namespace: 'part-when-called' }, ({ path }) => ({
      contents: ['createHash', 'randomBytes']
        .map((name) => `export const ${name} = (...words) => require(${JSON.stringify(path)}).${name}(...words);`)
        .join('\n'),
    }));
  },
};
const apart = {
  ...format,
  bundle: true,
  format: 'cjs',
  outdir: args.outdir,
  write: false,
  metafile: true,
  logLevel: 'warning',
};
const often = await build({
  ...apart,
  entryPoints: ['src/cli/first.ts', 'src/cli/often.ts'],
  entryNames: '[name]-[hash]',
  plugins: [notOften, leaveOut, editorApi],
});
// What an editor starts: it asks for the entry that has all of the extension itself.
const starting = await build({ ...apart, entryPoints: ['src/extension.ts'], plugins: [editorApi] });
const oftenNames = often.outputFiles.map(({ path }) => `./${basename(path)}`);
const readApart = {
  name: 'read-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/(?:first|often)$/ }, ({ importer, path: asked }) =>
      importer.endsWith(`${sep}cli${sep}main.ts`)
        ? { path: oftenNames.find((name) => name.startsWith(`${asked}-`)), external: true }
        : undefined,
    );
  },
};

const { outputFiles, metafile } = await build({
  ...format,
  entryPoints: Object.fromEntries(Object.entries(entries).filter(([name]) => (args.only ?? name) === name)),
  bundle: true,
  splitting: true,
  format: 'esm',
  outdir: args.outdir,
  // All in one folder, so that `__dirname` is the same wherever a file ends up.
  chunkNames: '[name]-[hash]',
  write: false,
  // The extension and its packages are read by Node: ES modules first would load two copies of some of them.
  mainFields: ['main', 'module'],
  // Its main file asks for its parts in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  metafile: true,
  logLevel: 'warning',
  plugins: [leaveOut, editorApi, readApart],
});

await mkdir(args.outdir, { recursive: true });
// Chunks of an earlier build have other names. Folders in there are other people's: the story keeps its pictures in one.
if (args.outdir === 'dist' && args.only === undefined) {
  const old = await readdir('dist', { withFileTypes: true });
  await Promise.all(old.filter((one) => one.isFile()).map(({ name }) => rm(join('dist', name))));
}
// What a package that is CommonJS exports, an ES module split off it has as its default alone: as CommonJS again, it is
// what `import()` takes the names from, as Node's own does.
const isCommonJs = ({ entryPoint = '', exports }) =>
  /\bnode_modules\b/.test(entryPoint) && exports.join() === 'default';
const plain = new Set(
  Object.keys(metafile.outputs)
    .filter((path) => isCommonJs(metafile.outputs[path]))
    .map((path) => basename(path)),
);
const codes = await Promise.all(
  outputFiles.map(async ({ path, text }) => {
    const { code } = await transform(exportsOnce(editorOnce(text)), {
      ...format,
      format: 'cjs',
      supported: { 'dynamic-import': false },
    });
    const whole = plain.has(basename(path)) ? `${code}\nmodule.exports = module.exports.default;\n` : code;
    return [basename(path, '.js'), whole];
  }),
);
const mains = Object.keys(entries).filter((name) => (args.only ?? name) === name);
// An editor's start waits for the extension's, and a build with nothing to do for what answers it from memory.
const awaited = ['activate', ...codes.map(([name]) => name).filter((name) => name.startsWith('remembered-'))];
const files = packsOf(metafile.outputs, new Map(codes), mains, awaited, ['activate']);
for (const [name, text] of files) {
  await writeFile(join(args.outdir, name), name === 'cli.js' ? `#!/usr/bin/env node\n${text}` : text);
}
if (args.only === undefined || args.only === 'cli') {
  for (const { path, text } of often.outputFiles) await writeFile(path, text);
}
if (args.only === undefined || args.only === 'activate') {
  for (const { path, text } of starting.outputFiles) await writeFile(path, text);
}
if (args.metafile) await writeFile(join(args.outdir, 'meta.json'), JSON.stringify(withApart(metafile)));
if (args.only === undefined || args.only === 'cli') await chmod(join(args.outdir, 'cli.js'), 0o755);
const bytes = [...files.values()].reduce((sum, text) => sum + text.length, 0);
console.log(`${args.outdir}: ${files.size} files, ${(bytes / 1024).toFixed(0)} KiB`);

/**
 * Has a chunk ask for the editor's API once, and take it as it is. As an ES module's import each file has an object of its
 * own made, with an accessor for every one of the API's names: 66 times 500 of them, a third of the extension's load.
 */
function editorOnce(text) {
  const names = [];
  const rest = text.replace(/\bimport\s*\*\s*as\s+([\w$]+)\s+from\s*"vscode";?/g, (_, name) => {
    names.push(name);
    return '';
  });
  if (names.length === 0) return text;
  const [first, ...others] = names;
  return `const ${[`${first}=require("vscode")`, ...others.map((name) => `${name}=${first}`)].join()};\n${rest}`;
}

/**
 * Has a chunk tell what it exports by its pack's `$tell`. Made CommonJS by esbuild, each has functions for that of its own:
 * 400 bytes in every one of three hundred chunks. The list is the chunk's last statement, in esbuild's own hand.
 */
function exportsOnce(text) {
  return text.replace(/\bexport\s*\{([^{}]*)\};?\s*$/, (_, list) => {
    const pairs = list.split(',').map((one) => one.trim().split(/\s+as\s+/));
    const getters = pairs.filter(([own]) => own !== '').map(([own, name = own]) => `${name}:()=>${own}`);
    return `$tell({${getters.join()}});\n`;
  });
}

/** The account of all builds: one asks for another's file as for any chunk of its own. */
function withApart({ inputs, outputs }) {
  const paths = Object.keys(often.metafile.outputs);
  const asked = (one) =>
    oftenNames.includes(one.path)
      ? { path: paths.find((path) => basename(path) === basename(one.path)), kind: one.kind }
      : one;
  const own = Object.entries(outputs).map(([name, output]) => [
    name,
    { ...output, imports: output.imports.map(asked) },
  ]);
  const started = Object.entries(starting.metafile.outputs).map(([name, output]) => {
    const activate = {
      path: Object.keys(outputs).find((path) => basename(path) === 'activate.js'),
      kind: 'require-call',
    };
    return [name, { ...output, imports: [...output.imports, activate] }];
  });
  return {
    inputs: { ...often.metafile.inputs, ...starting.metafile.inputs, ...inputs },
    outputs: { ...Object.fromEntries([...own, ...started]), ...often.metafile.outputs },
  };
}
