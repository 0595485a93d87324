/** A program that serves agents on stdio. */
export interface ServerProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What Cursor adds to the editor's API; each part is there or not. */
interface CursorApi {
  readonly mcp?: {
    readonly registerServer?: (config: { readonly name: string; readonly server: ServerProcess }) => void;
    readonly unregisterServer?: (name: string) => void;
  };
}

/** Offers a server by Cursor's own way where `api`, the editor's, has one; gives what takes it back. */
export function offerInCursor(api: object, server: ServerProcess): () => void {
  const { cursor } = api as { readonly cursor?: CursorApi };
  const mcp = cursor?.mcp;
  if (typeof mcp?.registerServer !== 'function') return () => undefined;
  mcp.registerServer({ name: 'berth', server });
  return () => mcp.unregisterServer?.('berth');
}
