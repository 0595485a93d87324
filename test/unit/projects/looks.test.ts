import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCore } from '../../../src/core/create';
import { silentLogger } from '../../../src/core/log';
import type { ProjectsSnapshot } from '../../../src/core/projects/types';
import type { Core } from '../../../src/core/types';
import { REPOSITORY } from '../../harness/paths';
import { addProjects } from '../../standin-engine/projects';
import { StandInEngine } from '../../standin-engine/standin-engine';

const lists = 'GET /containers/json';

describe('the snapshot, of many projects', () => {
  let root: string;
  let engine: StandInEngine;
  let core: Core;
  before(async () => {
    root = mkdtempSync(join(tmpdir(), 'berth-looks-'));
    engine = await StandInEngine.open(join(root, 'engine.sock'));
    const home = join(root, 'home');
    await addProjects(engine, { root, home, count: 30 });
    const env = { BERTH_HOME: home, DOCKER_HOST: engine.address };
    core = createCore({ log: silentLogger, actor: 'user', env, installation: REPOSITORY });
    core.projects.watch();
    await once((snapshot) => snapshot.loaded);
    while (engine.listening === 0) await new Promise((resolve) => setImmediate(resolve));
  });
  after(async () => {
    core.dispose();
    await engine.dispose();
    rmSync(root, { recursive: true });
  });

  /** The snapshot as soon as it is so. */
  const once = (fits: (snapshot: ProjectsSnapshot) => boolean): Promise<ProjectsSnapshot> =>
    new Promise((resolve) => {
      const look = () => {
        if (!fits(core.projects.snapshot)) return;
        heard.dispose();
        resolve(core.projects.snapshot);
      };
      const heard = core.projects.onDidChange(look);
      look();
    });
  const stopped = ({ rows }: ProjectsSnapshot) => rows.filter(({ state }) => state === 'stopped').length;

  it('takes one look for the events of many, and keeps the rows of all others as they were', async () => {
    const [before, asked] = [core.projects.snapshot, engine.requests.get(lists) ?? 0];
    for (const container of engine.containers.slice(0, 20)) engine.emit(container, 'die', { exitCode: '143' });
    const after = await once((snapshot) => stopped(snapshot) === 20);
    assert.equal(engine.requests.get(lists), asked + 1);
    const same = after.rows.filter((row) => before.rows.includes(row));
    assert.equal(same.length, 10);
  });
});
