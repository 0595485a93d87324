import assert from 'node:assert/strict';
import fc from 'fast-check';
import { anyCharacter } from '../any-character';
import {
  containerName,
  isProjectName,
  nameOfFolder,
  projectId,
  roleOfName,
  safeName,
} from '../../../src/core/projects/identity';

describe('identity of a project', () => {
  it('makes any text a name that fits the grammar', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => isProjectName(safeName(text))));
  });

  it('keeps what can be kept of a folder’s name', () => {
    const names: [string, string][] = [
      ['/src/hello-python', 'hello-python'],
      ['/src/My Project', 'my-project'],
      ['/src/Crème brûlée', 'creme-brulee'],
      ['/src/$(rm -rf ~)', 'rm-rf'],
      ['/src/it\'s "quoted"\nhere', 'it-s-quoted-here'],
      ['/src/日本', 'project'],
      ['/src/' + 'x'.repeat(60), 'x'.repeat(40)],
    ];
    for (const [folder, name] of names) assert.equal(nameOfFolder(folder), name);
  });

  it('gives each owner and each folder an id of its own, the same every time', () => {
    const ids = [projectId('a', '/x'), projectId('b', '/x'), projectId('a', '/y')];
    assert.equal(new Set(ids).size, 3);
    assert.equal(projectId('a', '/x'), ids[0]);
    ids.forEach((id) => assert.match(id, /^[0-9a-f]{12}$/));
  });

  it('tells a container’s role by its name, and that a stranger’s name is none', () => {
    const id = 'abcdef012345';
    for (const role of ['current', 'next', 'prev', 'undo'] as const) {
      assert.equal(roleOfName(containerName('api', id, role), 'api', id), role);
    }
    assert.equal(roleOfName('berth-api-abcdef-other', 'api', id), null);
    assert.equal(containerName('api', id), 'berth-api-abcdef');
  });
});
