import assert from 'node:assert/strict';
import { homeWish, ensureVolumes } from '../../../src/core/storage/volumes';
import { Fixture } from '../projects/fixture';
import { runIn } from './run-in';

/** An image whose home has a file that stays, one that changes with the edition, and one that comes with the second. */
const edition = (number: number): string => {
  const lines = [
    'mkdir -p /home/dev',
    'cd /home/dev',
    `mkdir -p .tool "with space"`,
    'chmod 700 .tool',
    ...['kept', 'changed', 'edited', 'removed', 'linked'].map((name) => `echo ${name} ${number} >.tool/${name}`),
    'echo same >.tool/kept',
    ...(number === 1 ? [] : ['mkdir -m 750 .new', 'echo come >.new/come', 'echo come >"with space/a file"']),
  ];
  return `  run: [${JSON.stringify(lines.join(' && '))}]\n`;
};

describe('storage: a new image’s home files and an old home volume', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.dispose());

  it('brings what is new and what was left as it came, and never touches what the user changed', async () => {
    const folder = await fixture.folder('following', edition(1));
    const first = await fixture.up(folder);
    const run = (script: string) => runIn(fixture.core, first.row, script);
    await run('cd ~/.tool; echo mine >edited; rm removed; ln -sf /etc/hostname linked; echo own >own');
    await fixture.writeTemplate(folder, edition(2));
    const second = await fixture.up(folder, { rebuild: true });
    assert.ok(
      second.notices.some((notice) => notice.includes('home folder: 3 files')),
      second.notices.join('\n'),
    );
    const look = [
      'cd ~/.tool; cat changed edited kept own; readlink linked; ls removed 2>&1',
      'cat ~/.new/come ~/"with space/a file"; stat -c "%a %U" ~/.new ~/.tool; ls ~/.local/state/berth',
    ].join('; ');
    assert.deepEqual((await runIn(fixture.core, second.row, look)).split('\n'), [
      ...[
        'changed 2',
        'mine',
        'same',
        'own',
        '/etc/hostname',
        "ls: cannot access 'removed': No such file or directory",
      ],
      ...['come', 'come', '750 dev', '700 dev', 'home-files'],
    ]);
  });

  it('starts a home afresh and leaves the old volume to the container that has it', async () => {
    const folder = await fixture.folder('following', edition(2));
    const { row } = await fixture.up(folder);
    const engine = await fixture.core.engine.get();
    const owner = await fixture.core.home.owner();
    const fresh = await ensureVolumes(engine, row, owner, [homeWish], { afresh: ['home'] });
    const chosen = fresh.get('home');
    assert.match(chosen?.name ?? '', /-home-2$/);
    const { volumes } = await fixture.core.projects.planRemove(row);
    assert.equal(volumes.filter(({ purpose }) => purpose === 'the home folder').length, 2);
    // Nobody took the new one, so the next container has the old one again.
    const again = await fixture.up(folder, { rebuild: true });
    assert.equal(await runIn(fixture.core, again.row, 'cat ~/.tool/edited'), 'mine');
  });
});
