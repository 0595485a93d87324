import assert from 'node:assert/strict';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { BerthError } from '../../../src/core/errors';
import { noProgress } from '../../../src/core/log';
import { run } from '../../harness/exec';
import { base } from '../engine/fixture';
import { ImageBed } from './image-bed';

/** The engine's own address on its default network: where containers and builds reach this machine. */
async function gateway(bed: ImageBed): Promise<string> {
  const tag = bed.goes(`${bed.name}/route:1`);
  const dockerfile = `FROM ${base}\nRUN awk '$2 == "00000000" { print "gateway", $3 }' /proc/net/route\n`;
  const request = { tag, dockerfile, context: [], buildArgs: {}, labels: {}, noCache: true };
  let hex = '';
  await (
    await bed.core().engine.get()
  ).buildImage(request, (event) => {
    if (event.kind === 'line') hex = /^gateway (\w+)/.exec(event.text)?.[1] ?? hex;
  });
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => parseInt(byte, 16))
    .join('.');
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return (server.address() as AddressInfo).port;
}

describe('the user’s network: proxies and CA certificates', function () {
  this.timeout(400_000);
  let bed: ImageBed;
  let host: string;
  const servers: Server[] = [];
  let tools: string;
  before(async () => {
    bed = await ImageBed.open();
    host = await gateway(bed);
    // A base with what Berth needs in it, so that the builds here need no mirror, and none by way of these proxies.
    const spec = { base_image: base, packages: { apt: ['curl'] } };
    const built = await bed.build(bed.core(), await bed.folder('tools', spec));
    tools = bed.goes(`${bed.name}/tools:1`);
    await (await bed.core().engine.get()).tagImage(built.image, tools);
  });
  after(async () => {
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
    await bed.close();
  });

  async function execute(core: ReturnType<ImageBed['core']>, folder: string, line: string): Promise<string> {
    const { row } = await core.projects.up(folder, {}, noProgress);
    const engine = await core.engine.get();
    const spec = { argv: ['/bin/sh', '-c', line], user: row.user, stdin: false };
    const started = await engine.exec(row.container ?? '', spec);
    const [stdout, stderr] = await Promise.all([text(started.stdout), text(started.stderr), started.exit]);
    return stdout + stderr;
  }

  it('a proxy of Docker’s config is used by builds and containers, and is in no image', async () => {
    const asked: string[] = [];
    const proxy = createHttp((request: IncomingMessage, response) => {
      asked.push(request.url ?? '');
      response.end('from the proxy\n');
    });
    servers.push(proxy);
    const url = `http://${host}:${await listen(proxy)}`;
    const config = join(bed.dir, 'docker-with-proxy');
    await mkdir(config);
    const proxies = { default: { httpProxy: url, noProxy: 'localhost,.debian.org' } };
    await writeFile(join(config, 'config.json'), JSON.stringify({ proxies }));
    const core = bed.core({ DOCKER_CONFIG: config });
    const fetch = (name: string) => `curl -sS http://${name}.test/`;
    const folder = await bed.folder('behind', {
      base_image: tools,
      run: [`${fetch('build')} >/opt/answer`, 'env | grep -i proxy | sort >/opt/seen'],
      environment: { FTP_PROXY: 'mine' },
    });
    const plain = (await bed.core().projects.previewImage(join(folder, 'berth.yaml'), folder)).tag;
    const built = await bed.build(core, folder);
    assert.equal(built.tag, plain, 'a proxy is no part of the fingerprint');
    assert.deepEqual(asked, ['http://build.test/']);
    const expected = [`HTTP_PROXY=${url}`, 'NO_PROXY=localhost,.debian.org', `http_proxy=${url}`];
    const all = [...expected, 'no_proxy=localhost,.debian.org'];
    assert.equal(await execute(core, folder, 'LC_ALL=C sort /opt/seen'), `${all.join('\n')}\n`);
    const inside = await execute(core, folder, `cat /opt/answer; env | grep -i proxy | LC_ALL=C sort; ${fetch('run')}`);
    assert.equal(inside, ['from the proxy', 'FTP_PROXY=mine', ...all, 'from the proxy', ''].join('\n'));
    const image = await (await core.engine.get()).inspectImage(built.tag);
    assert.ok(Object.keys(image?.environment ?? {}).every((name) => !/proxy/i.test(name)));
  });

  it('a CA certificate from a setting is trusted by builds and containers', async () => {
    const at = (name: string) => join(bed.dir, name);
    const openssl = (...args: string[]) => run('openssl', args, { cwd: bed.dir });
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=Berth test CA',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
    );
    await openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'server.key',
      '-out',
      'server.csr',
      '-subj',
      '/CN=berth.test',
    );
    await writeFile(at('san'), `subjectAltName=IP:${host}\n`);
    await openssl(
      'x509',
      '-req',
      '-in',
      'server.csr',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      'server.pem',
      '-days',
      '2',
      '-extfile',
      'san',
    );
    const [key, cert] = await Promise.all([readFile(at('server.key')), readFile(at('server.pem'))]);
    const server = createHttps({ key, cert }, (_request, response) => response.end('trusted\n'));
    servers.push(server);
    const url = `https://${host}:${await listen(server)}/`;
    const spec = { base_image: tools };
    const folder = await bed.folder('ca', { ...spec, run: [`curl -sS ${url} >/opt/answer`] });

    const without = await bed.folder('no-ca', { ...spec, run: [`curl -sS ${url}`] });
    await assert.rejects(bed.build(bed.core(), without), (error: BerthError) => {
      assert.equal(error.code, 'build_failed');
      assert.match(JSON.stringify(error.errors), /certificate problem/);
      return true;
    });
    const core = bed.core({ BERTH_EXTRA_CA_CERTS: at('ca.pem') });
    const built = await bed.build(core, folder);
    const line = `cat /opt/answer; curl -sS ${url}; echo $NODE_EXTRA_CA_CERTS $SSL_CERT_FILE $REQUESTS_CA_BUNDLE`;
    const bundle = '/etc/ssl/certs/ca-certificates.crt';
    assert.equal(await execute(core, folder, line), `trusted\ntrusted\n${bundle} ${bundle} ${bundle}\n`);
    const plain = await bed.core().projects.previewImage(join(folder, 'berth.yaml'), folder);
    assert.notEqual(plain.tag, built.tag, 'certificates are part of the fingerprint');
    const { row } = await core.projects.up(folder, {}, noProgress);
    assert.equal((await core.projects.plan(row)).class, 'nothing');
  });

  for (const family of ['apk', 'dnf']) {
    it(`a CA certificate is in the trust store of an image whose packages come by ${family}`, async () => {
      const file = join(bed.dir, `${family}.pem`);
      const subject = ['-subj', `/CN=Berth ${family} CA`];
      await run('openssl', [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        '/dev/null',
        '-out',
        file,
        ...subject,
      ]);
      const folder = await bed.folder(family, { base_image: `berth-testbed/${family}` });
      const core = bed.core({ BERTH_EXTRA_CA_CERTS: file });
      const last = (await readFile(file, 'utf8')).trim().split('\n').at(-2) ?? '';
      assert.equal(await execute(core, folder, `grep -cF -e '${last}' "$SSL_CERT_FILE"`), '1\n');
    });
  }

  it('a file of certificates that is not there, or holds none, is told by its name', async () => {
    const folder = await bed.folder('bad-ca', { base_image: base });
    for (const name of ['nowhere.pem', 'empty.pem']) {
      await writeFile(join(bed.dir, 'empty.pem'), 'no certificate\n');
      const core = bed.core({ BERTH_EXTRA_CA_CERTS: join(bed.dir, name) });
      await assert.rejects(bed.build(core, folder), { code: 'certificate_invalid', message: new RegExp(name) });
    }
  });
});
