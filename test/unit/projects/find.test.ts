import assert from 'node:assert/strict';
import { BerthError } from '../../../src/core/errors';
import type { ProjectRow } from '../../../src/core/model';
import { isPathQuery, matchProject } from '../../../src/core/projects/find';
import { absentRow } from '../../../src/core/projects/rows';

const row = (id: string, name: string, folder: string): ProjectRow => absentRow({ id, name, folder }, 'e1');
const api = row('aaaaaa111111', 'api', '/src/api');
const inner = row('bbbbbb222222', 'inner', '/src/api/inner');
const twin = row('aaaaaa333333', 'twin', '/a/twin');
const otherTwin = row('cccccc444444', 'twin', '/b/twin');
const rows = [api, inner, twin, otherTwin];
const word = (text: string) => matchProject(rows, { kind: 'word', text });
const folder = (path: string) => matchProject(rows, { kind: 'folder', path });

describe('NAME on a command line', () => {
  it('is a path with a slash, as a dot, or left out', () => {
    for (const query of [undefined, '.', '..', './x', '/x', 'a/b']) assert.ok(isPathQuery(query), String(query));
    for (const query of ['api', 'aaaaaa', 'a.b']) assert.ok(!isPathQuery(query), query);
  });

  it('finds by exact name, else by six or more digits of the id', () => {
    assert.equal(word('api'), api);
    assert.equal(word('ap'), null);
    assert.equal(word('bbbbbb'), inner);
    assert.equal(word('bbbbb'), null);
    assert.equal(word('nothing'), null);
  });

  it('never guesses between two: both are listed', () => {
    for (const [query, ids] of [
      ['twin', [twin.id, otherTwin.id]],
      ['aaaaaa', [api.id, twin.id]],
    ] as const) {
      assert.throws(
        () => word(query),
        (error: unknown) =>
          error instanceof BerthError &&
          error.code === 'project_ambiguous' &&
          ids.every((id) => error.errors?.some((detail) => detail.message.includes(id))),
      );
    }
  });

  it('takes the nearest project at or above a folder, and no neighbour that begins alike', () => {
    assert.equal(folder('/src/api'), api);
    assert.equal(folder('/src/api/lib'), api);
    assert.equal(folder('/src/api/inner/deep'), inner);
    assert.equal(folder('/src/api-2'), null);
  });
});
