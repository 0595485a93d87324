import assert from 'node:assert/strict';
import { offerInCursor } from '../../../src/editor/agents/cursor-server';

describe('the MCP server in Cursor', () => {
  const server = { command: '/editor', args: ['cli.js', 'mcp'], env: { ELECTRON_RUN_AS_NODE: '1' } };

  it('is registered by Cursor’s own way, and taken back', () => {
    const calls: unknown[] = [];
    const registerServer = (config: unknown): void => void calls.push(config);
    const unregisterServer = (name: unknown): void => void calls.push(name);
    const takeBack = offerInCursor({ cursor: { mcp: { registerServer, unregisterServer } } }, server);
    assert.deepEqual(calls, [{ name: 'berth', server }]);
    takeBack();
    assert.deepEqual(calls.slice(1), ['berth']);
  });

  it('is left alone in editors that have none of that way, or half of it', () => {
    const registerServer = (): void => undefined;
    for (const api of [{}, { cursor: {} }, { cursor: { mcp: {} } }, { cursor: { mcp: { registerServer: 'later' } } }]) {
      offerInCursor(api, server)();
    }
    offerInCursor({ cursor: { mcp: { registerServer } } }, server)();
  });
});
