import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Core } from '../../../src/core';
import { noProgress } from '../../../src/core/log';
import type { ProjectRow } from '../../../src/core/model';
import { PrivateEngine } from '../engine/private-engine';
import { Fixture } from '../projects/fixture';
import { isWhole, plant, secretSpec } from './bed';

describe('a refresh on an engine whose disk is full', function () {
  this.timeout(120_000);
  let fixture: Fixture;
  let engine: PrivateEngine;
  let core: Core;
  let folder: string;
  let spec: string;
  let row: ProjectRow;
  before('a project on an engine of its own, with the image from the shared one', async () => {
    fixture = await Fixture.create();
    // With all that Berth needs in it already and no packages to ask for: that engine has no network to fetch from, and
    // apt takes a minute to believe it.
    const { row: tools } = await fixture.up(await fixture.folder('tools'));
    spec = `${secretSpec}  base_image: ${tools.image}\n`;
    folder = await fixture.folder('full');
    await fixture.writeBare(folder, spec);
    engine = new PrivateEngine(900);
    await engine.start();
    engine.load(tools.image);
    core = Fixture.coreAt(join(fixture.dir, 'own-home'), engine.url);
    ({ row } = await core.projects.up(folder, {}, noProgress));
    await plant(core, row);
  });
  after(async () => {
    core.dispose();
    await engine.dispose();
    await fixture.dispose();
  });

  it('says so, touches nothing, and goes through once there is room', async () => {
    const { container } = row;
    await fixture.writeBare(folder, `${spec}  run: ["head -c 2G /dev/zero >/big"]\n`);
    await assert.rejects(core.projects.refreshContainer(row, { now: true }, noProgress), { code: 'disk_full' });
    assert.equal((await core.projects.find(folder, '/')).container, container);
    await fixture.writeBare(folder, spec);
    execFileSync('docker', ['-H', engine.url, 'builder', 'prune', '--all', '--force'], { stdio: 'ignore' });
    await isWhole(core, row, [container]);
    await core.projects.refreshContainer(row, { now: true }, noProgress);
    await isWhole(core, row, [container]);
  });
});
