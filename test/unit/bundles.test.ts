import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundle } from './cli/berth';

/** Heavy parts that only who uses them may pay for. */
const heavy =
  /node_modules\/(ssh2|zod|yaml|dockerode|docker-modem|tar-stream|commander|pbf|proper-lockfile|jsonc-parser)\//;

/** Files that run when the bundle is loaded: reached from its entry by static imports alone. */
function eager(metafile: Metafile, entry: string): string[] {
  const seen = new Set<string>();
  const todo = [entry];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) todo.push(path);
    }
  }
  return [...seen];
}

describe('the bundles', function () {
  this.timeout(20_000);

  const entries = [
    { name: 'cli', entry: 'src/cli/main.ts', mayKnowEditor: false },
    { name: 'extension', entry: 'src/extension.ts', mayKnowEditor: true },
  ] as const;

  for (const { name, entry, mayKnowEditor } of entries) {
    async function load(): Promise<{ text: string; metafile: Metafile }> {
      const folder = await bundle(name);
      const read = (file: string) => readFileSync(join(folder, file), 'utf8');
      return { text: read(`${name}.js`), metafile: JSON.parse(read(`${name}.meta.json`)) as Metafile };
    }

    it(`${name}: needs nothing from outside but Node${mayKnowEditor ? ' and the editor' : ', and no editor'}`, async () => {
      const { metafile, text } = await load();
      const outside = Object.values(metafile.outputs).flatMap(({ imports }) =>
        imports.filter(({ external }) => external),
      );
      const names = new Set(outside.map(({ path }) => path.replace(/^node:/, '').replace(/\/.*/, '')));
      const { builtinModules } = await import('node:module');
      const strangers = [...names].filter((path) => !builtinModules.includes(path));
      assert.deepEqual(strangers, mayKnowEditor ? ['vscode'] : []);
      assert.equal(/require\(["']vscode["']\)/.test(text), mayKnowEditor);
    });

    it(`${name}: holds no native part and no gRPC`, async () => {
      const { metafile } = await load();
      const inputs = Object.keys(metafile.inputs);
      assert.deepEqual(
        inputs.filter((path) => /node_modules\/(@grpc|protobufjs)\/|^[^:]*\.node$/.test(path)),
        [],
      );
    });

    it(`${name}: evaluates no heavy part when it is loaded`, async () => {
      const { metafile } = await load();
      const files = eager(metafile, entry);
      assert.ok(files.includes(entry) && files.length > 1);
      assert.deepEqual(
        files.filter((path) => heavy.test(path)),
        [],
      );
    });
  }

  it('the faces do not reach into each other', async () => {
    for (const { name } of entries) {
      const folder = await bundle(name);
      const { inputs } = JSON.parse(readFileSync(join(folder, `${name}.meta.json`), 'utf8')) as Metafile;
      const faces = new Set(Object.keys(inputs).flatMap((path) => /^src\/(editor|cli|mcp)\//.exec(path)?.[1] ?? []));
      assert.deepEqual([...faces], [name === 'cli' ? 'cli' : 'editor']);
    }
  });
});
