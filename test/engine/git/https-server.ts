import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from '../../harness/exec';

/** What the server lets in. */
export const person = { username: 'pat', password: 'correct horse battery' } as const;

/** A server of git's own over HTTPS, for repositories in `root`, under a CA that is made for it. */
export class GitOverHttps {
  private constructor(
    readonly port: number,
    readonly caFile: string,
    private readonly server: Server,
  ) {}

  static async start(dir: string, root: string, address: string): Promise<GitOverHttps> {
    const openssl = (line: string): Promise<unknown> => run('openssl', line.split(' '), { cwd: dir });
    await writeFile(join(dir, 'san'), `subjectAltName=IP:${address}\n`);
    const keys = '-newkey rsa:2048 -nodes -days 2';
    await openssl(
      `req -x509 ${keys} -keyout ca.key -out ca.pem -subj /CN=ca -addext basicConstraints=critical,CA:TRUE`,
    );
    await openssl('req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=git.test');
    await openssl(
      'x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile san',
    );
    const [key, cert] = await Promise.all([readFile(join(dir, 'server.key')), readFile(join(dir, 'server.pem'))]);
    const server = createServer({ key, cert }, (request, response) => serve(root, request, response));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    return new GitOverHttps((server.address() as AddressInfo).port, join(dir, 'ca.pem'), server);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const expected = Buffer.from(`${person.username}:${person.password}`).toString('base64');
  if (request.headers.authorization !== `Basic ${expected}`) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    return;
  }
  const { pathname, search } = new URL(request.url ?? '/', 'https://git.test');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REMOTE_USER: person.username,
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => undefined);
  let head = Buffer.alloc(0);
  let begun = false;
  backend.stdout.on('data', (chunk: Buffer) => {
    if (begun) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    begun = true;
    const fields = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': ') as [string, string]);
    const status = Number(fields.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(fields.filter(([name]) => name !== 'Status')));
    response.write(head.subarray(end + 4));
  });
  backend.stdout.on('end', () => response.end());
}
