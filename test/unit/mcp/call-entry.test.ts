import assert from 'node:assert/strict';
import { parseEntry } from '../../../src/core/journal/entry';
import { callEntry } from '../../../src/core/tools/call-entry';
import type { Outcome } from '../../../src/core/tools/calls';

describe('calls of MCP tools in the journal', () => {
  const call = {
    tool: 'exec',
    input: { container: 'x', argv: ['echo', 'my-secret'] },
    client: { name: 'a\nb', version: '1' },
    ms: 3,
  };

  it('tell the tool, the client, the end and the arguments\u2019 digest, and no argument', () => {
    const failed: Outcome = { ok: false, failure: { code: 'command_limit', message: 'm', hint: 'h' } };
    const entry = callEntry(call, failed, []);
    assert.deepEqual(parseEntry(JSON.stringify(entry)), entry);
    assert.match(entry.cause ?? '', /^exec by ab 1, arguments [0-9a-f]{16}$/);
    assert.deepEqual([entry.actor, entry.kind, entry.code], ['agent', 'tool_called', 'command_limit']);
    assert.doesNotMatch(JSON.stringify(entry), /secret/);
    const other = callEntry({ ...call, input: {} }, { ok: true, value: {} }, []);
    assert.notEqual(other.cause, entry.cause);
  });
});
