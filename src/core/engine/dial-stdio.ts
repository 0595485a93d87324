import type { Agent } from 'node:http';
import { unsupported } from './client';

/** An agent whose connections run over the system's ssh. */
export function createDialStdioAgent(url: string): Agent {
  throw unsupported(`Engines over SSH are not supported yet: ${url}.`, 'Use a local engine or tcp:// with TLS.');
}
