import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer as createProxy } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const tenant = '11111111-2222-3333-4444-555555555555';
const login = 'login.microsoftonline.com';

/** Azure's sign-in and a vault as far as the SDK asks them, over HTTPS behind a proxy, by their real names. */
export class KeyVaultStandIn {
  readonly asked: string[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly https: Server,
    private readonly proxy: ReturnType<typeof createProxy>,
    /** PEM file of the certificate that both show. */
    readonly certificate: string,
  ) {}

  /** `secrets` by name; null hangs. */
  static async start(
    dir: string,
    vault: string,
    secrets: Readonly<Record<string, string | null>>,
  ): Promise<KeyVaultStandIn> {
    const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'certificate.pem')];
    const names = `subjectAltName=DNS:${login},DNS:${vault}.vault.azure.net`;
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=stand-in', '-addext', names, '-keyout', key, '-out', certificate],
    ]);
    const https = createServer({ key: await readFile(key), cert: await readFile(certificate) });
    const proxy = createProxy();
    const made = new KeyVaultStandIn(https, proxy, certificate);
    https.on('request', (request, response) => made.#answer(request, response, secrets));
    proxy.on('connect', (request, socket: Socket) => {
      made.asked.push(`CONNECT ${request.url ?? ''}`);
      made.#sockets.add(socket.on('error', () => undefined));
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      https.emit('connection', socket);
    });
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
    return made;
  }

  /** What a process needs in its environment to find it in Azure's place. */
  get environment(): Readonly<Record<string, string>> {
    const { port } = this.proxy.address() as AddressInfo;
    return {
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
      NODE_EXTRA_CA_CERTS: this.certificate,
      AZURE_TENANT_ID: tenant,
      AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
      AZURE_CLIENT_SECRET: 'planted-client-secret',
    };
  }

  dispose(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.proxy.close();
    this.https.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse, secrets: Readonly<Record<string, string | null>>): void {
    const { pathname } = new URL(request.url ?? '', 'https://x');
    this.asked.push(`${request.method ?? ''} ${request.headers.host ?? ''}${pathname}`);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    const authority = `https://${login}/${tenant}`;
    if (pathname.includes('/discovery/instance')) {
      const aliases = [login, 'login.windows.net'];
      send(200, {
        tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
        metadata: [{ preferred_network: login, preferred_cache: 'login.windows.net', aliases }],
      });
    } else if (pathname.endsWith('/openid-configuration')) {
      send(200, {
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      });
    } else if (pathname.endsWith('/token')) {
      send(200, { token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600, access_token: 'planted-token' });
    } else if (request.headers.authorization !== 'Bearer planted-token') {
      send(401, {}, { 'www-authenticate': `Bearer authorization="${authority}", resource="https://vault.azure.net"` });
    } else {
      const name = /^\/secrets\/([^/]+)/.exec(pathname)?.[1] ?? '';
      const value = secrets[name];
      if (value === null) return;
      if (name === 'forbidden') send(403, { error: { code: 'Forbidden', message: 'planted-words' } });
      else if (value === undefined) send(404, { error: { code: 'SecretNotFound', message: 'planted-words' } });
      else
        send(200, {
          value,
          id: `https://${request.headers.host ?? ''}/secrets/${name}/1`,
          attributes: { enabled: true },
        });
    }
  }
}
