import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '../../harness/exec';
import { finish } from '../../harness/berth';
import { Bed } from '../cli/bed';
import { serveFixture } from './conformance-server';
import { officialTools } from './official';

const token = 'known to both';

/** What is judged on the server as it is shipped. The suite's made-up tools are unknown to it, which is an error told as one. */
const onTheServer = [
  'server-initialize',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-error',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];
const byTheAdapter = ['tools-call-simple-text', 'tools-call-error', 'tools-call-with-progress'];
const byTheTransport = [
  'tools-call-image',
  'tools-call-audio',
  'tools-call-embedded-resource',
  'tools-call-mixed-content',
];

/** Why the others judge nothing of Berth: a server offers what it says in its capabilities, and Berth says `tools`. */
const notOffered: Readonly<Record<string, readonly string[]>> = {
  'no resources': [
    ...['resources-list', 'resources-read-text', 'resources-read-binary', 'resources-templates-read'],
    ...['resources-subscribe', 'resources-unsubscribe'],
  ],
  'no prompts': [
    ...['prompts-list', 'prompts-get-simple', 'prompts-get-with-args', 'prompts-get-embedded-resource'],
    'prompts-get-with-image',
  ],
  'no completions': ['completion-complete'],
  'no log messages to the client': ['logging-set-level', 'tools-call-with-logging'],
  'asks no model': ['tools-call-sampling'],
  // Each request stands for itself over HTTP, so nothing is asked in the middle of one by the 2025 protocol; by stdio, and
  // by the 2026 protocol, questions are asked: permission.test.ts.
  'keeps no session over HTTP': [
    ...['tools-call-elicitation', 'elicitation-sep1034-defaults', 'elicitation-sep1330-enums', 'server-sse-polling'],
  ],
  // The suite wants one made-up tool back with these very words; each real schema is judged by the inspector.
  'lists its own table alone': ['json-schema-2020-12'],
};

describe('the official conformance suite', function () {
  this.timeout(240_000);
  const bed = new Bed();
  const ends = new AbortController();
  const bridges: Server[] = [];
  let tools: Awaited<ReturnType<typeof officialTools>>;
  before(async () => void (tools = await officialTools()));
  after(async () => {
    ends.abort();
    for (const bridge of bridges) bridge.close();
    await bed.dispose();
  });

  /** The suite knows no token: it is put to each request, of which all else is handed on as it came. */
  async function bridgeTo(port: number): Promise<string> {
    const bridge = createServer((asked, answer) => {
      const headers = { ...asked.headers, authorization: `Bearer ${token}` };
      const { url: path, method } = asked;
      const on = request({ host: '127.0.0.1', port, path, method, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 500, answered.headers);
        answered.pipe(answer);
      });
      on.on('error', () => answer.destroy());
      asked.pipe(on);
    });
    bridges.push(bridge);
    bridge.listen(0, '127.0.0.1');
    await once(bridge, 'listening');
    return `http://127.0.0.1:${(bridge.address() as AddressInfo).port}/mcp`;
  }

  async function judge(url: string, scenarios: readonly string[]): Promise<void> {
    const judgeOne = async (scenario: string): Promise<void> => {
      const args = [tools.conformance, 'server', '--url', url, '--scenario', scenario];
      const { code, stdout, stderr } = await run(tools.node, args, { cwd: bed.dir, accept: 'any' });
      assert.equal(code, 0, `${scenario}:\n${stdout}\n${stderr}`);
    };
    for (let at = 0; at < scenarios.length; at += 4) await Promise.all(scenarios.slice(at, at + 4).map(judgeOne));
  }

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    return port;
  }

  it('finds the server as it is shipped to be one, by what applies to each', async () => {
    const child = await bed.berth.start(['mcp', '--http', '0'], { env: { BERTH_MCP_TOKEN: token } });
    const end = finish(child);
    const [line] = (await once(child.stderr, 'data')) as [Buffer];
    const { port } = new URL((JSON.parse(line.toString()) as { readonly url: string }).url);
    await judge(await bridgeTo(Number(port)), onTheServer);
    child.kill('SIGTERM');
    await end;
  });

  for (const [kind, scenarios] of [
    ['adapter', byTheAdapter],
    ['transport', byTheTransport],
  ] as const) {
    it(`finds its own tools served well by Berth’s ${kind}`, async () => {
      const port = await freePort();
      const served = serveFixture(kind, port, token, ends.signal);
      await judge(await bridgeTo(port), scenarios);
      void served.catch(() => undefined);
    });
  }

  it('has no scenario that is neither passed nor known to be about what Berth does not offer', async () => {
    const { stdout } = await run(tools.node, [tools.conformance, 'list', '--server'], { cwd: bed.dir });
    const all = [...stdout.matchAll(/^\s+- (\S+)/gm)].map(([, name]) => name ?? '');
    const known = new Set([...onTheServer, ...byTheAdapter, ...byTheTransport, ...Object.values(notOffered).flat()]);
    assert.deepEqual(
      all.filter((name) => !known.has(name)),
      [],
    );
    assert.ok(all.length > 30);
  });
});
