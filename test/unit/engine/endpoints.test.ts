import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { EndpointFacts } from '../../../src/core/engine/endpoint-facts';
import { chooseEndpoints, engineId, fromHost } from '../../../src/core/engine/endpoints';

const home = '/home/ann';

function facts(
  env: Record<string, string> = {},
  files: Record<string, string> = {},
  platform: NodeJS.Platform = 'linux',
): EndpointFacts {
  return { env, platform, home, uid: 1000, readText: (path) => files[path] ?? null };
}

function contextFiles(name: string, meta: unknown, folder = `${home}/.docker`): Record<string, string> {
  const key = createHash('sha256').update(name).digest('hex');
  return { [`${folder}/contexts/meta/${key}/meta.json`]: JSON.stringify(meta) };
}

const far = { Name: 'far', Endpoints: { docker: { Host: 'ssh://ann@far', SkipTLSVerify: false } } };

describe('engine: where to look for one', () => {
  it('takes DOCKER_HOST before any context and any socket', () => {
    const files = { ...contextFiles('far', far), [`${home}/.docker/config.json`]: '{"currentContext":"far"}' };
    const choice = chooseEndpoints(facts({ DOCKER_HOST: 'unix:///x.sock', DOCKER_CONTEXT: 'far' }, files));
    assert.deepEqual(choice, { kind: 'named', endpoint: { url: 'unix:///x.sock', source: 'DOCKER_HOST' } });
  });

  it('takes DOCKER_CONTEXT before the current context, and says which it was', () => {
    const files = {
      ...contextFiles('far', far),
      ...contextFiles('near', { Endpoints: { docker: { Host: 'unix:///near.sock' } } }),
      [`${home}/.docker/config.json`]: '{"currentContext":"near"}',
    };
    assert.deepEqual(chooseEndpoints(facts({ DOCKER_CONTEXT: 'far' }, files)), {
      kind: 'named',
      endpoint: { url: 'ssh://ann@far', source: 'context far (DOCKER_CONTEXT)' },
    });
    assert.deepEqual(chooseEndpoints(facts({}, files)), {
      kind: 'named',
      endpoint: { url: 'unix:///near.sock', source: 'context near' },
    });
  });

  it('reads contexts where DOCKER_CONFIG says', () => {
    const files = { ...contextFiles('far', far, '/etc/d'), '/etc/d/config.json': '{"currentContext":"far"}' };
    const choice = chooseEndpoints(facts({ DOCKER_CONFIG: '/etc/d' }, files));
    assert.equal(choice.kind === 'named' && choice.endpoint.url, 'ssh://ann@far');
  });

  it('reads a context’s TLS files, and whether the engine’s certificate is checked', () => {
    const key = createHash('sha256').update('tls').digest('hex');
    const files = {
      ...contextFiles('tls', { Endpoints: { docker: { Host: 'tcp://far:2376', SkipTLSVerify: true } } }),
      [`${home}/.docker/contexts/tls/${key}/docker/ca.pem`]: 'CA',
      [`${home}/.docker/contexts/tls/${key}/docker/cert.pem`]: 'CERT',
      [`${home}/.docker/contexts/tls/${key}/docker/key.pem`]: 'KEY',
    };
    const choice = chooseEndpoints(facts({ DOCKER_CONTEXT: 'tls' }, files));
    assert.deepEqual(choice.kind === 'named' && choice.endpoint.tls, {
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      verify: false,
    });
  });

  it('never falls through to another engine from a context that is broken', () => {
    for (const files of [{}, contextFiles('far', {}), contextFiles('far', { Endpoints: { docker: { Host: '' } } })]) {
      const choice = chooseEndpoints(facts({ DOCKER_CONTEXT: 'far' }, files));
      assert.equal(choice.kind, 'broken');
      assert.match(choice.attempt.endpoint.source, /context far/);
    }
  });

  it('never falls through to another engine from a DOCKER_HOST that makes no sense', () => {
    const choice = chooseEndpoints(facts({ DOCKER_HOST: 'gopher://x' }));
    assert.equal(choice.kind, 'broken');
    assert.equal(choice.attempt.endpoint.source, 'DOCKER_HOST');
  });

  it('takes a host and port without a scheme for tcp, as the docker CLI does', () => {
    const choice = fromHost('far:2375', 'DOCKER_HOST', facts());
    assert.equal(choice.kind === 'named' && choice.endpoint.url, 'tcp://far:2375');
  });

  for (const [env, verify] of [
    [{ DOCKER_TLS_VERIFY: '1' }, true],
    [{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' }, true],
    [{ DOCKER_CERT_PATH: '/certs' }, false],
    [{ DOCKER_TLS: '1' }, false],
  ] as [Record<string, string>, boolean][]) {
    it(`speaks TLS with ${Object.keys(env).join(' and ')}`, () => {
      const files = { '/certs/ca.pem': 'CA', [`${home}/.docker/ca.pem`]: 'CA' };
      const choice = chooseEndpoints(facts({ DOCKER_HOST: 'tcp://far:2376', ...env }, files));
      assert.deepEqual(choice.kind === 'named' && choice.endpoint.tls, { ca: 'CA', verify });
    });
  }

  it('speaks no TLS to a local socket, nor to tcp without a word of it', () => {
    for (const host of ['unix:///x.sock', 'ssh://far']) {
      const choice = chooseEndpoints(facts({ DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' }));
      assert.equal(choice.kind === 'named' && choice.endpoint.tls, undefined);
    }
    const choice = chooseEndpoints(facts({ DOCKER_HOST: 'tcp://far:2375' }));
    assert.equal(choice.kind === 'named' && choice.endpoint.tls, undefined);
  });

  it('searches the usual sockets when the context is the default one or the config cannot be read', () => {
    for (const config of ['{"currentContext":"default"}', '{}', '{"currentContext":""}', 'no json', '[]']) {
      assert.equal(chooseEndpoints(facts({}, { [`${home}/.docker/config.json`]: config })).kind, 'search');
    }
  });

  for (const [platform, first, owners] of [
    ['linux', 'unix:///var/run/docker.sock', ['rootless Docker', 'Docker Desktop', 'Colima', 'OrbStack', 'Podman']],
    ['darwin', `unix://${home}/.docker/run/docker.sock`, ['Docker Engine', 'Colima', 'OrbStack', 'Rancher Desktop']],
    ['win32', 'npipe:////./pipe/docker_engine', ['Docker Desktop', 'Podman machine']],
  ] as const) {
    it(`knows the usual sockets of ${platform}`, () => {
      const choice = chooseEndpoints(facts({}, {}, platform));
      assert.equal(choice.kind, 'search');
      assert.equal(choice.endpoints[0]!.url, first);
      for (const owner of owners)
        assert.ok(
          choice.endpoints.some(({ source }) => source === owner),
          owner,
        );
      assert.equal(new Set(choice.endpoints.map(({ url }) => url)).size, choice.endpoints.length);
    });
  }

  it('looks for rootless engines where XDG_RUNTIME_DIR says, else in the user’s own runtime folder', () => {
    for (const [env, folder] of [
      [{ XDG_RUNTIME_DIR: '/run/me' }, '/run/me'],
      [{}, '/run/user/1000'],
    ] as [Record<string, string>, string][]) {
      const choice = chooseEndpoints(facts(env));
      assert.ok(choice.kind === 'search' && choice.endpoints.some(({ url }) => url === `unix://${folder}/docker.sock`));
    }
  });

  it('gives an engine an id that depends on its address alone', () => {
    assert.match(engineId('unix:///a'), /^[0-9a-f]{12}$/);
    assert.notEqual(engineId('unix:///a'), engineId('unix:///b'));
  });
});
