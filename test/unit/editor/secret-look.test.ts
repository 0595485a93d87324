import assert from 'node:assert/strict';
import type { SecretRow } from '../../../src/core/model';
import { projectLook } from '../../../src/editor/rows/project-look';
import { now, row } from './rows';
import { secretLook, secretsLook } from '../../../src/editor/rows/secret-look';

const secret: SecretRow = {
  ...{ name: 'TOKEN', from: 'env:TOKEN', as: 'env', path: null, required: false },
  ...{ state: 'injected', detail: null, changed: null },
};

describe('The row of a secret', () => {
  it('says its state and source, and why it is missing', () => {
    assert.equal(secretLook(secret).description, 'injected · env:TOKEN');
    const missing = secretLook({
      ...secret,
      state: 'missing',
      required: true,
      detail: 'the variable TOKEN is not set',
    });
    assert.equal(missing.description, 'missing, required · env');
    const long = secretLook({ ...secret, name: 'DB_PASSWORD', from: 'azure-keyvault:my-vault/db-password' });
    assert.equal(long.description, 'injected · azure-keyvault', 'what would be cut is in the tooltip alone');
    assert.match(long.tooltip.replaceAll('\\', ''), /azure-keyvault:my-vault\/db-password/);
    assert.match(missing.tooltip, /The variable TOKEN is not set/);
    assert.deepEqual([missing.icon, missing.context], ['warning', 'secret missing']);
    assert.equal(missing.spoken, 'Secret TOKEN, missing, required, from env:TOKEN');
  });

  it('offers to set what the editor stores', () => {
    assert.equal(secretLook({ ...secret, from: 'editor:key' }).context, 'secret injected settable');
  });

  it('is counted in the row above', () => {
    const rows = [secret, { ...secret, name: 'B', state: 'missing' as const }];
    assert.equal(secretsLook({ name: 'p', secrets: rows }).description, '1 injected, 1 missing');
    assert.equal(secretsLook({ name: 'p', secrets: [secret] }).description, '1 injected');
    const facts = { row: row({ secrets: rows }), here: false, engineLost: false, busy: undefined, now };
    assert.match(projectLook(facts).tooltip, /\| Secrets \| [^,|]+ \|/, 'the one that is there, in the tooltip');
  });
});
