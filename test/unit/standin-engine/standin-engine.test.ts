import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineConnection } from '../../../src/core/engine';
import type { Engine } from '../../../src/core/engine/types';
import { silentLogger } from '../../../src/core/log';
import { labels } from '../../../src/core/model';
import { StandInEngine } from '../../standin-engine/standin-engine';

describe('the stand-in engine', () => {
  const root = mkdtempSync(join(tmpdir(), 'berth-standin-'));
  let standIn: StandInEngine;
  let engine: Engine;
  let close: () => void;

  before(async () => {
    standIn = await StandInEngine.open(join(root, 'engine.sock'));
    const connection = createEngineConnection({ env: {}, log: silentLogger, url: standIn.address });
    close = () => connection.dispose();
    engine = await connection.get();
  });
  after(async () => {
    close();
    await standIn.dispose();
    rmSync(root, { recursive: true });
  });

  const add = (name: string) => standIn.add({ owner: 'me', folder: join(root, name), name });

  it('is met as the engine that it was recorded from', () => {
    assert.equal(engine.info.flavour, 'docker');
    assert.equal(engine.info.os, 'linux');
  });

  it('lists by label, tells one in full, and changes it', async () => {
    const [one] = [add('one'), add('two')];
    const listed = await engine.listContainers({ labels: { [labels.project]: one.project } });
    assert.deepEqual(
      listed.map(({ id, state }) => [id, state]),
      [[one.id, 'running']],
    );
    await engine.stopContainer(one.id, 1);
    const found = await engine.inspectContainer(one.name);
    assert.deepEqual([found?.id, found?.state, found?.exitCode], [one.id, 'exited', 143]);
    assert.equal(await engine.inspectContainer('none'), null);
  });

  it('tells what happens while somebody listens, and breaks the stream when told to', async () => {
    const three = add('three');
    const heard: string[] = [];
    const listening = (async () => {
      const opened = () => {
        // Nobody asks for these.
        standIn.emit(three, 'kill', { signal: '15' });
        standIn.emit(three, 'die', { exitCode: '1' });
      };
      for await (const { id, action } of engine.events({ onOpen: opened }, new AbortController().signal)) {
        heard.push(`${id} ${action}`);
        standIn.cutEvents();
      }
    })();
    await assert.rejects(listening, { code: 'engine_unreachable' });
    assert.deepEqual(heard, [`${three.id} die`]);
  });
});
