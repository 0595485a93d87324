// Bundles the two entry points. `--only cli` builds one, `--production` minifies, `--outdir DIR` builds elsewhere,
// `--metafile` tells what went in.
import { build } from 'esbuild';
import { chmod, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    outdir: { type: 'string', default: 'dist' },
    only: { type: 'string' },
    metafile: { type: 'boolean', default: false },
  },
});

/** Parts of dependencies that Berth never reaches: dockerode's BuildKit sessions, ssh2's native accelerators. */
const leaveOut = {
  name: 'leave-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/|^protobufjs(\/|$)/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    // ssh2 tries these and falls back to JavaScript where requiring them throws.
    onResolve({ filter: /^cpu-features$|\.node$/ }, ({ path }) => ({ path, namespace: 'not-there' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
    onLoad({ filter: /.*/, namespace: 'not-there' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the bundle`)});`,
    }));
  },
};

const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  outdir: args.outdir,
  // The extension and its packages are read by Node: ES modules first would load two copies of some of them.
  mainFields: ['main', 'module'],
  // Its main file asks for its parts in a way that no bundler follows.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  minify: args.production,
  sourcemap: args.production ? false : 'linked',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  plugins: [leaveOut],
};

const bundles = [
  { name: 'extension', entry: 'src/extension.ts', options: { external: ['vscode'] } },
  { name: 'cli', entry: 'src/cli/main.ts', options: { banner: { js: '#!/usr/bin/env node' } } },
];

if (args.outdir === 'dist' && args.only === undefined) await rm('dist', { recursive: true, force: true });
for (const { name, entry, options } of bundles) {
  if (args.only !== undefined && args.only !== name) continue;
  const file = join(args.outdir, `${name}.js`);
  const { metafile } = await build({ ...shared, ...options, entryPoints: { [name]: entry } });
  if (args.metafile) await writeFile(join(args.outdir, `${name}.meta.json`), JSON.stringify(metafile));
  if (name === 'cli') await chmod(file, 0o755);
  console.log(`${file}  ${((await stat(file)).size / 1024).toFixed(0)} KiB`);
}
