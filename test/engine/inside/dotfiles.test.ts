import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { bringDotfiles } from '../../../src/core/inside/dotfiles';
import type { Dotfiles } from '../../../src/core/inside/dotfiles-wish';
import { createEngineRunner } from '../../../src/core/line/engine-runner';
import type { LineTarget } from '../../../src/core/line/types';
import { packFolder } from '../../../src/core/storage/pack-folder';
import { LineBed } from '../line/bed';

describe('Dotfiles in a container', function () {
  this.timeout(60_000);
  let bed: LineBed;
  let target: LineTarget;
  before(async () => {
    bed = await LineBed.make();
    target = await bed.container();
  });
  after(() => bed.dispose());

  const inside = async (script: string): Promise<string> => {
    const command = await createEngineRunner(bed.engine, target).run({ argv: ['sh', '-c', script] });
    command.stderr.resume();
    return (await text(command.stdout)).trim();
  };
  const bring = async (wish: Dotfiles): Promise<string[]> => {
    const notices: string[] = [];
    await bringDotfiles(wish, {
      runner: createEngineRunner(bed.engine, target),
      pack: (folder) => packFolder(folder, { owner: { uid: 0, gid: 0 } }),
      notice: (sentence) => notices.push(sentence),
      line: () => undefined,
    });
    return notices;
  };

  it('come from a folder of this machine, as the user’s own, are linked where nothing is, and come once', async () => {
    const folder = join(bed.dir, 'dots');
    await mkdir(join(folder, '.config'), { recursive: true });
    await writeFile(join(folder, '.vimrc'), 'set nu\n');
    await writeFile(join(folder, '.profile'), 'mine\n');
    const before = await inside('cat ~/.profile');
    assert.deepEqual(await bring({ repository: folder }), []);
    assert.equal(await inside('cat ~/.vimrc; stat -c %U ~/dotfiles/.vimrc'), 'set nu\ndev');
    assert.equal(await inside('cat ~/.profile'), before, 'what is there stays');
    await inside('rm -r ~/dotfiles');
    assert.deepEqual(await bring({ repository: folder }), []);
    assert.equal(await inside('ls -d ~/dotfiles 2>&1 | grep -c cannot'), '1', 'not a second time');
  });

  it('are installed by their own script or the command that was set, and a failure is a notice', async () => {
    const folder = join(bed.dir, 'scripted');
    await mkdir(folder);
    await writeFile(join(folder, 'install.sh'), 'echo by-script > ~/made\n');
    assert.deepEqual(await bring({ repository: folder, targetPath: '~/elsewhere' }), []);
    assert.equal(await inside('cat ~/made'), 'by-script');
    const failing = { repository: folder, targetPath: '/nowhere/dots', installCommand: 'true' };
    await inside('rm ~/.local/state/berth/dotfiles');
    assert.match(
      (await bring(failing)).join(),
      /^The dotfiles were not brought in: .*ermission denied.*tries again\.$/,
    );
    assert.match(
      (await bring({ ...failing, targetPath: '~/x', installCommand: 'echo so >&2; exit 3' })).join(),
      /: so\. /,
    );
    assert.match((await bring({ repository: '-x' })).join(), /is no address of a repository/);
    assert.match(
      (await bring({ repository: join(bed.dir, 'missing') })).join(),
      /: there is no folder \S+missing on this/,
    );
    assert.match(
      (await bring({ repository: 'https://127.0.0.1:1/x.git' })).join(),
      /^The dotfiles were not brought in/,
    );
  });
});
