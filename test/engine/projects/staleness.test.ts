import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Core } from '../../../src/core';
import { Fixture } from './fixture';

describe('staleness by files elsewhere', () => {
  let fixture: Fixture;
  let another: Core;
  before(async () => {
    fixture = await Fixture.create();
    // Another process that looks for the first time, and so has nothing but labels to go by.
    another = Fixture.coreAt(join(fixture.dir, 'home'));
  });
  after(async () => {
    another.dispose();
    await fixture.dispose();
  });

  const head = 'apiVersion: devcontainer/v1\nkind: Template\n';
  const stale = async (core: Core, id: string) => {
    const { rows } = await core.projects.refresh();
    return rows.find((row) => row.id === id)?.stale.map(({ code, message }) => `${code}: ${message}`);
  };

  it('is told of an edit of a parent’s parent, of a parent that is broken and mended, and of berth.local.yaml going', async () => {
    const team = join(fixture.dir, 'team');
    await mkdir(team);
    const parent = (colour: string) =>
      writeFile(
        join(team, 'root.yaml'),
        `${head}metadata: { name: root, extends: base }\nspec: { environment: { COLOUR: ${colour} } }\n`,
      );
    await parent('red');
    await writeFile(join(team, 'mid.yaml'), `${head}metadata: { name: mid, extends: ./root.yaml }\nspec: {}\n`);
    const folder = await fixture.folder('child');
    await writeFile(
      join(folder, 'berth.yaml'),
      `${head}metadata: { name: own, extends: ${team}/mid.yaml }\nspec: {}\n`,
    );
    const local = join(folder, 'berth.local.yaml');
    await writeFile(local, 'spec: { environment: { LOCAL: here } }\n');
    const { row } = await fixture.up(folder);
    assert.deepEqual([await stale(fixture.core, row.id), await stale(another, row.id)], [[], []]);

    await parent('blue');
    const coloured = ['template_changed: template changed: environment.COLOUR'];
    assert.deepEqual([await stale(fixture.core, row.id), await stale(another, row.id)], [coloured, coloured]);

    await rename(join(team, 'root.yaml'), join(team, 'aside'));
    assert.deepEqual([await stale(fixture.core, row.id), await stale(another, row.id)], [[], []]);
    await rename(join(team, 'aside'), join(team, 'root.yaml'));
    assert.deepEqual(await stale(fixture.core, row.id), coloured);
    await parent('red');
    assert.deepEqual([await stale(fixture.core, row.id), await stale(another, row.id)], [[], []]);

    await rm(local);
    const lost = ['template_changed: template changed: environment.LOCAL'];
    assert.deepEqual([await stale(fixture.core, row.id), await stale(another, row.id)], [lost, lost]);
  });
});
