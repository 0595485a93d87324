import assert from 'node:assert/strict';
import type { ProjectsSnapshot } from '../../../src/core/projects/types';
import { Fixture } from './fixture';

/** Resolves with the first snapshot that fits: the present one, or one to come. */
function until(fixture: Fixture, fits: (snapshot: ProjectsSnapshot) => boolean): Promise<ProjectsSnapshot> {
  const { projects } = fixture.core;
  if (fits(projects.snapshot)) return Promise.resolve(projects.snapshot);
  return new Promise((resolve) => {
    const subscription = projects.onDidChange((snapshot) => {
      if (!fits(snapshot)) return;
      subscription.dispose();
      resolve(snapshot);
    });
  });
}

describe('the snapshot that views read', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.dispose());

  it('follows what another process does, and never tells of a container twice', async () => {
    const folder = await fixture.folder('watched');
    const { id } = await fixture.core.projects.identify(folder);
    const stateIs = (state: string | undefined) =>
      until(fixture, ({ rows }) => rows.find((row) => row.id === id)?.state === state);
    fixture.core.projects.watch();
    await until(fixture, ({ loaded }) => loaded);
    const other = Fixture.coreAt(fixture.core.home.dir);
    try {
      const { row } = await other.projects.up(folder, {}, () => undefined);
      const seen = await stateIs('running');
      assert.equal(seen.rows.filter((each) => each.id === id).length, 1);
      await other.projects.stop(row);
      await stateIs('stopped');
      await other.projects.start(row);
      await stateIs('running');
      await other.projects.remove(row, { purge: true });
      await stateIs(undefined);
    } finally {
      other.dispose();
    }
  });

  it('shows the project while it is being made by this process, without a moment’s gap', async () => {
    const folder = await fixture.folder('shown');
    const states: string[] = [];
    const subscription = fixture.core.projects.onDidChange(({ rows }) => {
      const state = rows.find((row) => row.folder === folder)?.state ?? 'none';
      if (states.at(-1) !== state) states.push(state);
    });
    await fixture.up(folder);
    subscription.dispose();
    assert.deepEqual(
      states.filter((state, index) => state !== 'none' || index > 0),
      ['building', 'creating', 'running'],
    );
  });
});
