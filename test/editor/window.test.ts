import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { editorUnderTest } from '../harness/editors';
import { openRemoteWindow, openWorkbench } from '../harness/workbench';

describe('a window of the editor', () => {
  let folder = '';
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'berth-window-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  it('comes up on the folder that was asked for', async () => {
    const window = await openWorkbench(await editorUnderTest(), { folder, trust: true });
    try {
      assert.match(await window.page.title(), new RegExp(folder.slice(-6)));
    } finally {
      await window.dispose();
    }
  });

  it('says so in its remote indicator when it believes to be on ssh-remote', async () => {
    const window = await openRemoteWindow(await editorUnderTest(), 'berth-probe', { folder, trust: true });
    try {
      assert.equal(new URL(window.page.url()).host, 'ssh-remote+berth-probe');
    } finally {
      await window.dispose();
    }
  });
});
