import assert from 'node:assert/strict';
import { importSummary } from '../../../src/editor/rows/import-summary';

describe('the summary of an import', () => {
  it('counts parts, not fields, and says where to read the rest', () => {
    const carried = [
      { from: 'mounts[0]', to: 'spec.volumes[0]' },
      { from: 'mounts[0]', to: 'spec.security.allow_host_paths[0]' },
    ];
    assert.equal(importSummary({ carried, notCarried: [] }), '1 part is carried over. Nothing is lost.');
    assert.equal(
      importSummary({ carried: [], notCarried: [{ from: 'features', reason: '' }] }),
      '0 parts are carried over. 1 could not be: the first lines say which, why, and what to write.',
    );
  });
});
