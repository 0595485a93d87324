import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack as createPack } from 'tar-stream';
import { releaseOf } from '../../../src/core/servers/release';
import type { ServerRelease } from '../../../src/core/servers/release';

/** A server as its maker packs it: one outer folder, a link, and something to run. */
async function archiveOf(commit: string): Promise<Buffer> {
  const pack = createPack();
  const outer = 'vscode-server-linux';
  pack.entry({ name: `${outer}/`, type: 'directory' });
  pack.entry({ name: `${outer}/bin/`, type: 'directory', uid: 1234 });
  pack.entry({ name: `${outer}/bin/code-server`, mode: 0o777, uid: 1234 }, `#!/bin/sh\necho server ${commit}\n`);
  pack.entry({ name: `${outer}/node`, mode: 0o755 }, '#!/bin/sh\n');
  pack.entry({ name: `${outer}/out/large.js` }, 'x'.repeat(300_000));
  pack.entry({ name: `${outer}/out/again.js`, type: 'symlink', linkname: './large.js' });
  pack.finalize();
  return buffer(pack.pipe(createGzip()));
}

/** Stands in for a maker's update service: its two addresses for a build, and what can go wrong with them. */
export class Maker {
  /** Commits of archives that were asked for. */
  readonly asked: string[] = [];
  fault: 'torn' | 'digest' | null = null;
  /** Each is made once: its entries tell the second in which they were packed, and the digest is asked for before. */
  readonly #archives = new Map<string, Promise<Buffer>>();
  readonly #server = createServer((request, response) => {
    void this.#answer(request.url ?? '').then(({ status, body, torn }) => {
      response.writeHead(status, torn ? {} : { 'content-length': body.length });
      if (torn) response.write(body.subarray(0, body.length / 2), () => response.destroy());
      else response.end(body);
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  release(commit: string): ServerRelease {
    const { port } = this.#server.address() as AddressInfo;
    const release = releaseOf({
      commit,
      quality: 'stable',
      version: '1.139.1',
      serverApplicationName: 'code-server',
      serverDataFolderName: '.vscode-server',
      updateUrl: `http://127.0.0.1:${port}`,
    });
    if (release === null) throw new Error('no release');
    return release;
  }

  async #answer(url: string): Promise<{ status: number; body: Buffer; torn: boolean }> {
    const [, digest, commit = ''] =
      /^(\/api\/versions)?\/commit:([0-9a-f]{40})\/server-linux-(?:x64|arm64)\/stable$/.exec(url) ?? [];
    if (commit === '') return { status: 400, body: Buffer.alloc(0), torn: false };
    const made = this.#archives.get(commit) ?? archiveOf(commit);
    this.#archives.set(commit, made);
    const archive = await made;
    if (digest === undefined) {
      this.asked.push(commit);
      return { status: 200, body: archive, torn: this.fault === 'torn' };
    }
    const sha256hash = createHash('sha256')
      .update(this.fault === 'digest' ? 'other' : archive)
      .digest('hex');
    return { status: 200, body: Buffer.from(JSON.stringify({ url, sha256hash })), torn: false };
  }
}
