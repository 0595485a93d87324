import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle, scratch } from '../../harness/berth';

/** Told on stderr at the end: what scripts a process has read, and how much that is. The editor's API is anything at all. */
const counting = `
const Module = require('node:module');
const script = Module._extensions['.js'], load = Module._load;
const read = [];
Module._extensions['.js'] = (module, file) => {
  read.push({ file, bytes: require('node:fs').statSync(file).size });
  return script(module, file);
};
const anything = new Proxy(class {}, {
  get: (of, key) => key === 'prototype' ? of.prototype : key === Symbol.toPrimitive ? () => 0 : anything,
  getPrototypeOf: () => anything,
  apply: () => anything,
  construct: () => anything,
});
Module._load = function (name, ...rest) { return name === 'vscode' ? anything : load.call(this, name, ...rest); };
process.on('exit', () => process.stderr.write('\\n' + JSON.stringify(read) + '\\n'));
`;

/** Starts an extension until all is loaded that it waits for: then it first asks for what it belongs to. */
const starting = `
const context = { globalStorageUri: { fsPath: '/nowhere' }, get subscriptions() { throw new Error('far enough'); } };
try { require(process.argv[1]).activate(context); } catch ({ message }) { if (message !== 'far enough') throw message; }
`;

interface Read {
  readonly file: string;
  readonly bytes: number;
}

/** An engine that has one answer to everything: nothing is there. Enough for what a command reads on its way there. */
async function emptyEngine(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const body = path.endsWith('/version')
      ? { ApiVersion: '1.41', MinAPIVersion: '1.12', Version: '20.10', Os: 'linux', Arch: 'amd64' }
      : path.endsWith('/info')
        ? { NCPU: 2, OSType: 'linux' }
        : [];
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(path.includes('/volumes') ? { Volumes: [] } : body));
  });
  const socket = join(scratch(), 'engine.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { server, url: `unix://${socket}` };
}

describe('what is read of the bundles', function () {
  this.timeout(20_000);
  let engine: Awaited<ReturnType<typeof emptyEngine>>;
  let hook = '';
  before(async () => {
    engine = await emptyEngine();
    hook = join(scratch(), 'count.cjs');
    writeFileSync(hook, counting);
  });
  after(() => engine.server.close());

  async function readBy(...args: readonly string[]): Promise<readonly Read[]> {
    const home = scratch();
    const env = { PATH: process.env['PATH'], HOME: home, BERTH_HOME: join(home, 'berth'), DOCKER_HOST: engine.url };
    const call = promisify(execFile)(process.execPath, ['--require', hook, ...args], { cwd: home, env });
    const { stderr } = (await call.catch((error: unknown) => error)) as { stderr: string };
    return JSON.parse(stderr.slice(stderr.lastIndexOf('\n[') + 1).trim()) as readonly Read[];
  }

  const sum = (read: readonly Read[]): number => read.reduce((all, { bytes }) => all + bytes, 0);
  const inKib = (read: readonly Read[]): string =>
    read.map(({ file, bytes }) => `${(bytes / 1024).toFixed(0)} KiB ${file.replace(/.*\//, '')}`).join(', ');

  // All else of the extension is asked for by `import()`, whose chunks are read when somebody wants them.
  it('the extension reads 150 KB of script at the very most to be there', async () => {
    const read = await readBy('-e', starting, join(await bundle(), 'extension.js'));
    assert.ok(read.some(({ file }) => /\/activate-\w+\.js$/.test(file)));
    assert.ok(sum(read) <= 150_000, inKib(read));
  });

  // Limits with some room: they are to catch a library that slipped in, not a feature.
  const limits: readonly (readonly [most: number, files: number, ...args: string[]])[] = [
    [110_000, 12, '--version'],
    [120_000, 12, '--help'],
    [450_000, 35, 'ls'],
    // Where there is no container at once: what it tries first, and then the usual way.
    [580_000, 36, 'exec', '--', 'true'],
    [420_000, 24, 'ssh-proxy', '--home', '/nowhere', '--engine', 'abc', 'abcdef'],
  ];
  for (const [most, files, ...args] of limits) {
    it(`berth ${args[0] ?? ''}: ${most / 1000} KB in ${files} files at most`, async () => {
      const read = await readBy(join(await bundle(), 'cli.js'), ...args);
      assert.ok(read.length > 1);
      assert.ok(sum(read) <= most && read.length <= files, `${sum(read)} in ${read.length}: ${inKib(read)}`);
    });
  }
});
