import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { finish } from '../../harness/berth';
import { tools } from '../../../src/core/tools/table';
import { Bed } from '../cli/bed';

describe('the MCP server over HTTP', function () {
  this.timeout(60_000);
  const bed = new Bed();
  after(() => bed.dispose());

  it('serves clients of both eras that know the token, and nobody else, until it is told to end', async () => {
    const child = await bed.berth.start(['mcp', '--http', '0']);
    const end = finish(child);
    const [line] = (await once(child.stderr, 'data')) as [Buffer];
    const { url, token } = JSON.parse(line.toString()) as { readonly url: string; readonly token: string };
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    for (const era of ['2025', '2026'] as const) {
      const client = new Client(
        { name: 'http-test', version: '1.0.0' },
        era === '2026' ? { versionNegotiation: { mode: 'auto' } } : {},
      );
      const requestInit = { headers: { Authorization: `Bearer ${token}` } };
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
      assert.ok(client.getNegotiatedProtocolVersion()?.startsWith(era));
      assert.equal((await client.listTools()).tools.length, tools.length);
      const { structuredContent } = await client.callTool({ name: 'list', arguments: {} });
      assert.deepEqual(structuredContent, { containers: [], agents: [] });
      await client.close();
    }
    assert.equal((await fetch(url, { method: 'POST', body: '{}' })).status, 401);
    child.kill('SIGTERM');
    assert.equal((await end).code, 143);
  });
});
