import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fixture } from '../projects/fixture';
import { runIn } from './run-in';

describe('storage: what a container keeps', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.dispose());

  it('keeps editor servers, shell history, caches and an agent’s state through remove-and-up, with their owners', async () => {
    const folder = await fixture.folder('whole-home');
    const { row } = await fixture.up(folder);
    const kept = [
      '.vscode-server/bin/x/node',
      '.cursor-server/data/y',
      '.bash_history',
      '.cache/pip/z',
      '.claude/s.json',
      '.claude.json',
    ];
    // As its owner writes it: aside, then renamed into place.
    const write = kept.map(
      (path) => `mkdir -p ~/${join(path, '..')} && echo ${path} >~/.aside && mv ~/.aside ~/${path}`,
    );
    await runIn(fixture.core, row, write.join('\n'));
    assert.equal((await fixture.core.projects.remove(row, { purge: false })).length, 1);
    const again = await fixture.up(folder);
    assert.notEqual(again.row.container, row.container);
    const told = await runIn(
      fixture.core,
      again.row,
      `cd && stat -c '%U %n' ${kept.join(' ')} && cat ${kept.join(' ')}`,
    );
    assert.equal(told, [...kept.map((path) => `dev ${path}`), ...kept].join('\n'));
    assert.deepEqual(again.notices, []);
  });

  it('keeps the folders of a list and nothing else, begun with what the image has there, each for its user', async () => {
    const spec = [
      '  run: ["mkdir -p /var/lib/data && echo seed >/var/lib/data/seed && chown 33:33 /var/lib/data"]',
      '  persist: ["~/.cache/pip", "~/.cache/pip/deep", "/opt/kept", /var/lib/data]',
      '',
    ].join('\n');
    const folder = await fixture.folder('listed', spec);
    const { row } = await fixture.up(folder);
    assert.equal(
      await runIn(
        fixture.core,
        row,
        'stat -c %U ~/.cache ~/.cache/pip /opt/kept /var/lib/data; cat /var/lib/data/seed',
      ),
      'dev\ndev\ndev\nwww-data\nseed',
    );
    await runIn(fixture.core, row, 'echo a >~/.cache/pip/a; echo b >/opt/kept/b; echo c >~/c; touch ~/.cache/made');
    const plan = await fixture.core.projects.planRemove(row);
    assert.deepEqual(plan.volumes.map(({ purpose }) => purpose).sort(), [
      'the folder /opt/kept',
      'the folder /var/lib/data',
      'the folder ~/.cache/pip',
    ]);
    const again = await fixture.up(folder, { rebuild: true });
    assert.equal(
      await runIn(fixture.core, again.row, 'cat ~/.cache/pip/a /opt/kept/b; ls ~/c'),
      "a\nb\nls: cannot access '/home/dev/c': No such file or directory",
    );
    await fixture.core.projects.remove(again.row, { purge: false });
    const { row: third } = await fixture.up(folder);
    assert.equal(await runIn(fixture.core, third, 'cat ~/.cache/pip/a /opt/kept/b /var/lib/data/seed'), 'a\nb\nseed');
  });

  it('makes a volume anew that was deleted by hand, and says so', async () => {
    const folder = await fixture.folder('whole-home');
    const { row } = await fixture.up(folder);
    const [volume] = (await fixture.core.projects.planRemove(row)).volumes;
    const engine = await fixture.core.engine.get();
    await fixture.core.projects.stop(row);
    await engine.removeContainer(row.container!, { force: true });
    await engine.removeVolume(volume!.name);
    const again = await fixture.up(folder);
    assert.ok(
      again.notices.includes(`The home folder was on ${volume!.name}, which is gone: it is made anew.`),
      again.notices.join('\n'),
    );
    assert.equal(
      await runIn(fixture.core, again.row, 'ls ~/.bash_history 2>&1 | wc -l; touch ~/new && echo ok'),
      '1\nok',
    );
    const after = await fixture.up(folder, { rebuild: true });
    assert.deepEqual(after.notices, []);
  });

  it('gives what is made inside to the folder’s owner outside: 1000, another user and group, and root', async () => {
    for (const [uid, gid] of [
      [4242, 4343],
      [0, 0],
    ] as const) {
      const folder = await fixture.folder(`owned-${uid}`, '', uid);
      const { chown } = await import('node:fs/promises');
      await chown(folder, uid, gid);
      const { row, notices } = await fixture.up(folder);
      await runIn(fixture.core, row, 'mkdir -p deep && touch deep/made');
      const made = await stat(join(folder, 'deep/made'));
      assert.deepEqual([made.uid, made.gid], [uid, gid]);
      assert.equal(
        notices.some((notice) => notice.includes('belongs to root')),
        uid === 0,
      );
      assert.equal(row.user, uid === 0 ? 'root' : 'dev');
    }
  });
});
