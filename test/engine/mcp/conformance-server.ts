import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import { silentLogger } from '../../../src/core/log';
import type { Calls, Outcome } from '../../../src/core/tools/calls';
import { serveHttp } from '../../../src/mcp/http';
import { serverFactory } from '../../../src/mcp/server';

const told = (value: object): Outcome => ({ ok: true, value });
const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 20));

/** The suite calls tools by names of its own. These are served as Berth's own are: by its adapter and its transport. */
export const adapterTools: Calls = {
  question: () => Promise.resolve(null),
  async call(name, _input, { tell, person }) {
    if (name === 'test_error_handling') {
      return { ok: false, failure: { code: 'internal', message: 'It failed on purpose.', hint: 'Do nothing.' } };
    }
    if (name === 'test_tool_with_progress') {
      for (const step of ['0 of 100', '50 of 100', '100 of 100']) {
        tell(step);
        await pause();
      }
    }
    if (name === 'test_elicitation' && person.answer('asked') === null) return { key: 'asked', text: 'May it?' };
    return told({ text: 'This is a simple text response for testing.' });
  },
};

/** One pixel, and a silence. */
const image = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const audio = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

/** What no tool of Berth's answers with: by its transport alone. */
const transportTools: McpServerFactory = () => {
  const server = new McpServer({ name: 'fixture', version: '1' }, { capabilities: { tools: {} } });
  const picture = { type: 'image' as const, data: image, mimeType: 'image/png' };
  const resource = {
    type: 'resource' as const,
    resource: { uri: 'test://embedded', mimeType: 'text/plain', text: 'This is an embedded resource content.' },
  };
  const text = { type: 'text' as const, text: 'Multiple content types test:' };
  const all = {
    test_image_content: [picture],
    test_audio_content: [{ type: 'audio' as const, data: audio, mimeType: 'audio/wav' }],
    test_embedded_resource: [resource],
    test_multiple_content_types: [text, picture, resource],
  };
  for (const [name, content] of Object.entries(all)) {
    server.registerTool(name, { description: name }, () => ({ content }));
  }
  return server;
};

/** Serves until the signal aborts, as `berth mcp --http` does. */
export function serveFixture(kind: 'adapter' | 'transport', port: number, token: string, signal: AbortSignal) {
  const factory = kind === 'adapter' ? serverFactory(adapterTools) : transportTools;
  return serveHttp({ factory, port, token, log: silentLogger, signal });
}
