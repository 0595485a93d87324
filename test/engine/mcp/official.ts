import { join } from 'node:path';
import { cached, completeFolder, withLock } from '../../harness/cache';
import { fetchNode } from '../../harness/node';

/** Exact versions: what others wrote judges the server, and must not change under a test. */
const suites = ['@modelcontextprotocol/conformance@0.1.16', '@modelcontextprotocol/inspector@2.12.0'];
/** Both want a newer Node than the oldest that Berth itself runs on. */
const node = '22.21.1';

/** Programs of the protocol's own makers; too large for a dependency, so they are installed once into the cache. */
export async function officialTools(): Promise<{
  readonly node: string;
  readonly inspector: string;
  readonly conformance: string;
}> {
  const folder = cached('mcp-tools');
  await withLock('mcp-tools', () =>
    completeFolder(folder, [node, ...suites].join('\n'), async () => {
      await fetchNode(node, folder, suites);
    }),
  );
  const modules = join(folder, 'node_modules');
  return {
    node: join(modules, 'node/bin/node'),
    inspector: join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
    conformance: join(modules, '@modelcontextprotocol/conformance/dist/index.js'),
  };
}
