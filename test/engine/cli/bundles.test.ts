import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundle } from '../../harness/berth';

/** Heavy parts that only who uses them may pay for. */
const heavy = /node_modules\/(ssh2|zod|yaml|tar-stream|commander|pbf|proper-lockfile|jsonc-parser)\//;

const entries = [
  { name: 'cli', entry: 'src/cli/main.ts', mayKnowEditor: false },
  { name: 'mcp', entry: 'src/mcp/main.ts', mayKnowEditor: false },
  { name: 'extension', entry: 'src/extension.ts', mayKnowEditor: true },
] as const;

type Output = Metafile['outputs'][string];

/** The chunks that an entry can reach: all of them, or those that run when it is loaded. */
function reached({ outputs }: Metafile, entry: string, when: 'at once' | 'ever'): Output[] {
  const start = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === entry);
  assert.ok(start !== undefined);
  const seen = new Set<string>();
  const todo = [start];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? []) {
      if (external !== true && (when === 'ever' || kind !== 'dynamic-import')) todo.push(next);
    }
  }
  return [...seen].flatMap((path) => outputs[path] ?? []);
}

const filesOf = (chunks: readonly Output[]): string[] => chunks.flatMap(({ inputs }) => Object.keys(inputs));

describe('the bundles', function () {
  this.timeout(20_000);
  let metafile: Metafile;
  before(async () => {
    metafile = JSON.parse(readFileSync(join(await bundle(), 'meta.json'), 'utf8')) as Metafile;
  });

  for (const { name, entry, mayKnowEditor } of entries) {
    it(`${name}: needs nothing from outside but Node${mayKnowEditor ? ' and the editor' : ', and no editor'}`, () => {
      const outside = reached(metafile, entry, 'ever').flatMap(({ imports }) =>
        imports.filter(({ external }) => external),
      );
      const names = new Set(outside.map(({ path }) => path.replace(/^node:/, '').replace(/\/.*/, '')));
      const strangers = [...names].filter((path) => !builtinModules.includes(path));
      assert.deepEqual(strangers, mayKnowEditor ? ['vscode'] : []);
    });

    it(`${name}: evaluates no heavy part when it is loaded`, () => {
      const files = filesOf(reached(metafile, entry, 'at once'));
      assert.ok(files.includes(entry));
      assert.deepEqual(
        // The server's table of tools is made of schemas.
        files.filter((path) => heavy.test(path) && !(name === 'mcp' && path.includes('node_modules/zod/'))),
        [],
      );
    });

    it(`${name}: reaches into no other face`, () => {
      const files = filesOf(reached(metafile, entry, 'ever'));
      const faces = new Set(files.flatMap((path) => /^src\/(editor|cli|mcp)\//.exec(path)?.[1] ?? []));
      assert.deepEqual([...faces], [mayKnowEditor ? 'editor' : name]);
    });
  }

  it('give a package that is CommonJS by the names that it has outside', async () => {
    const dir = await bundle();
    const texts = readdirSync(dir).filter((name) => name.endsWith('.js'));
    const packages = Object.entries(metafile.outputs).flatMap(([path, { entryPoint = '' }]) => {
      const isOne = /^node_modules\/(?:ssh2|yaml|dockerfile-ast|proper-lockfile)\//.test(entryPoint);
      return isOne ? [{ chunk: basename(path, '.js'), name: entryPoint }] : [];
    });
    assert.ok(packages.length >= 3, 'the packages are not split off any more');
    for (const { chunk, name } of packages) {
      const file = texts.find((each) => readFileSync(join(dir, each), 'utf8').includes(`"${chunk}":(function`));
      assert.ok(file !== undefined, chunk);
      const pack = createRequire(__filename)(join(dir, file)) as (of: string) => object;
      const real = createRequire(__filename)(join(process.cwd(), name)) as object;
      assert.deepEqual(Object.keys(pack(chunk)).sort(), Object.keys(real).sort(), name);
    }
  });

  it('hold no native part', () => {
    assert.deepEqual(
      Object.keys(metafile.inputs).filter((path) => /^[^:]*\.node$/.test(path)),
      [],
    );
  });
});
