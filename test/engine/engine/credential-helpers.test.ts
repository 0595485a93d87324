import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askHelper } from '../../../src/core/engine/credential-helper';
import { findCredentials } from '../../../src/core/engine/credentials';
import { parseDockerConfig } from '../../../src/core/engine/docker-config';

describe('engine: credential helpers', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'berth-helper-'))));
  after(() => rm(folder, { recursive: true }));

  async function helper(name: string, script: string): Promise<Record<string, string>> {
    const file = join(folder, `docker-credential-${name}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  }

  it('are told the registry by stdin, and give a name and a secret or a token', async () => {
    const env = await helper('ok', `printf '{"Username":"%s","Secret":"%s"}' "$(cat)" "$*"`);
    assert.deepEqual(await askHelper('ok', 'r.example', env), { kind: 'found', username: 'r.example', secret: 'get' });
    await helper('token', `echo '{"Username":"<token>","Secret":"t"}'`);
    const config = parseDockerConfig('{"credHelpers": {"r.example": "token"}}', '/config.json');
    const found = await findCredentials(config, 'r.example', env);
    assert.deepEqual(found, { auth: { identitytoken: 't', serveraddress: 'r.example' }, problem: null });
  });

  it('that have nothing, fail, talk nonsense, hang or are missing are told apart', async () => {
    const env = await helper('none', "echo 'credentials not found in native keychain'; exit 1");
    await helper('fails', 'exit 2');
    await helper('nonsense', 'echo secret');
    await helper('hangs', 'exec sleep 100');
    await helper('endless', 'exec yes secret');
    const ask = async (name: string) => {
      const answer = await askHelper(name, 'r.example', env, undefined, name === 'hangs' ? 300 : 10_000);
      return answer.kind === 'failed' ? answer.problem : answer.kind;
    };
    assert.deepEqual(await Promise.all(['none', 'fails', 'nonsense', 'endless', 'missing', '../bin/sh'].map(ask)), [
      'none',
      'docker-credential-fails ended with exit code 2',
      'docker-credential-nonsense answered with something else than credentials',
      'docker-credential-endless answers without end',
      'docker-credential-missing is not on the PATH',
      '“../bin/sh” is no name of a credential helper',
    ]);
    assert.match(await ask('hangs'), /^docker-credential-hangs did not answer in/);
  });
});
