import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { fileCredentials } from '../../../src/core/engine/credentials';
import { parseDockerConfig, readDockerConfig } from '../../../src/core/engine/docker-config';
import { atDigest, parseReference, repositoryOf, withTag } from '../../../src/core/engine/image-reference';
import { proxyVariables } from '../../../src/core/engine/proxies';
import { SecretHeader } from '../../../src/core/engine/registry-access';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const config = (value: unknown) => parseDockerConfig(JSON.stringify(value), '/config.json');

describe('engine: image references', () => {
  it('name their registry, tag and digest', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const parts = ['debian', 'a/b:1', 'localhost/x', 'r.example:5000/x/y:2', `r.example/x@${digest}`].map((text) => {
      const { registry, name, tag } = parseReference(text);
      return [registry, name, tag];
    });
    assert.deepEqual(parts, [
      ['docker.io', 'debian', undefined],
      ['docker.io', 'a/b', '1'],
      ['localhost', 'localhost/x', undefined],
      ['r.example:5000', 'r.example:5000/x/y', '2'],
      ['r.example', 'r.example/x', undefined],
    ]);
    assert.equal(atDigest('r.example:5000/x:2', digest), `r.example:5000/x@${digest}`);
    assert.deepEqual(['x', 'h:1/x', 'x:2', `x@${digest}`].map(withTag), [
      'x:latest',
      'h:1/x:latest',
      'x:2',
      `x@${digest}`,
    ]);
  });

  it('that spell one repository differently are one', () => {
    const same = ['debian', 'debian:12', 'library/debian', 'docker.io/library/debian', 'index.docker.io/debian:1'];
    assert.deepEqual([...new Set(same.map(repositoryOf))], ['docker.io/library/debian']);
    assert.notEqual(repositoryOf('r.example/debian'), repositoryOf('debian'));
  });
});

describe('engine: credentials', () => {
  it('are found under every spelling of a registry’s address', () => {
    const auth = base64('ada:p:w');
    const expected = { username: 'ada', password: 'p:w' };
    for (const key of ['r.example:5000', 'https://r.example:5000', 'http://r.example:5000/v1/']) {
      const found = fileCredentials(config({ auths: { [key]: { auth } } }), 'r.example:5000');
      assert.deepEqual(found, { ...expected, serveraddress: 'r.example:5000' }, key);
    }
    const hub = 'https://index.docker.io/v1/';
    for (const key of [hub, 'index.docker.io', 'docker.io']) {
      const found = fileCredentials(config({ auths: { [key]: { auth } } }), 'docker.io');
      assert.deepEqual(found, { ...expected, serveraddress: hub }, key);
    }
  });

  it('of one registry are never another’s', () => {
    const auths = { 'r.example': { auth: base64('a:b') }, 'r.example.evil.test': { auth: base64('c:d') } };
    for (const registry of ['r.example:5000', 'example', 'x.r.example', 'docker.io']) {
      assert.equal(fileCredentials(config({ auths }), registry), null, registry);
    }
  });

  it('are tokens where the config has these, and none where it has an empty entry', () => {
    const auths = { a: { identitytoken: 'token' }, b: {}, c: { auth: base64('no colon') }, d: 'text', e: { auth: 5 } };
    const found = ['a', 'b', 'c', 'd', 'e'].map((registry) => fileCredentials(config({ auths }), registry));
    assert.deepEqual(found, [{ identitytoken: 'token', serveraddress: 'a' }, null, null, null, null]);
  });

  it('a config that cannot be read is none, and says so without its text', async () => {
    const broken = parseDockerConfig('{"auths": {"r": {"auth": "secret"}}', '/config.json');
    assert.equal(broken.problem, '/config.json is not JSON');
    assert.deepEqual(broken.auths, {});
    assert.equal((await readDockerConfig({ DOCKER_CONFIG: '/nowhere' })).problem, undefined);
    assert.match((await readDockerConfig({ DOCKER_CONFIG: '/dev/null' })).problem ?? '', /cannot be read \(ENOTDIR\)/);
  });

  it('as a header show themselves to the socket alone, in the URL’s alphabet', () => {
    const header = new SecretHeader({ password: '?>~ÿÿ' });
    assert.doesNotMatch(String(header), /[+/]/);
    assert.deepEqual(JSON.parse(Buffer.from(String(header), 'base64url').toString()), { password: '?>~ÿÿ' });
    const seen = [inspect({ header }, { showHidden: true, depth: 9 }), JSON.stringify({ header })].join();
    assert.ok(!seen.includes(String(header)));
  });
});

describe('engine: proxies', () => {
  const proxies = {
    default: { httpProxy: 'http://p:1', noProxy: 'a,b' },
    'tcp://far:2376': { httpsProxy: 'http://q:2' },
  };

  it('are those of the engine’s own address before the default ones, in both cases', () => {
    assert.deepEqual(proxyVariables(config({ proxies }), 'unix:///run/docker.sock'), {
      HTTP_PROXY: 'http://p:1',
      http_proxy: 'http://p:1',
      NO_PROXY: 'a,b',
      no_proxy: 'a,b',
    });
    const far = { HTTPS_PROXY: 'http://q:2', https_proxy: 'http://q:2' };
    assert.deepEqual(proxyVariables(config({ proxies }), 'tcp://far:2376'), far);
    assert.deepEqual(proxyVariables(config({}), 'tcp://far:2376'), {});
  });
});
