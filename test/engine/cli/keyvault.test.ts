import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KeyVaultStandIn, tenant } from './keyvault-stand-in';

/** Azure's real SDK against the REST interfaces of its sign-in and of a vault. */
describe('A key vault as a source of secrets', function () {
  this.timeout(30_000);
  let dir: string;
  let azure: KeyVaultStandIn;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'berth-unit-'));
    azure = await KeyVaultStandIn.start(dir, 'my-vault', { 'api-key': 'from the vault\n', slow: null });
  });
  after(async () => {
    azure.dispose();
    await rm(dir, { recursive: true });
  });

  it('signs in, reads, says what it was refused, and does not wait for ever', async () => {
    const asked = ['api-key@10000', 'none@10000', 'forbidden@10000', 'slow@700'];
    const program = ['--import', 'tsx', join(__dirname, 'keyvault-reader.ts'), 'my-vault', ...asked];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, program, {
      // Only what it needs: this machine's own Azure must not answer.
      env: { PATH: process.env['PATH'], HOME: dir, ...azure.environment },
    });
    assert.deepEqual(stdout.split('\n').slice(0, -1), [
      '= from the vault',
      '',
      'the vault my-vault has no secret none',
      'the vault my-vault does not let you read forbidden',
      'the vault my-vault did not answer in time',
    ]);
    assert.ok(!`${stdout}${stderr}`.includes('planted'));
    assert.ok(azure.asked.includes(`POST login.microsoftonline.com/${tenant}/oauth2/v2.0/token`));
    assert.ok(azure.asked.some((line) => line.startsWith('GET my-vault.vault.azure.net/secrets/api-key')));
  });
});
