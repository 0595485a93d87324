import assert from 'node:assert/strict';
import { cloneUrl, isFolder } from '../../../src/core/inside/dotfiles';
import { dotfilesOf } from '../../../src/core/inside/dotfiles-wish';
import { dotfilesInEnv } from '../../../src/core/inside/dotfiles-step';

describe('Dotfiles', () => {
  it('are named by an address, by GitHub’s short form, or by a folder, and by nothing that git would run', () => {
    assert.equal(cloneUrl('pat/dotfiles'), 'https://github.com/pat/dotfiles.git');
    for (const url of ['https://h/x.git', 'ssh://git@h:22/x', 'git@h:x/y.git', 'git://h/x']) {
      assert.equal(cloneUrl(url), url);
    }
    for (const bad of ['--upload-pack=x', '-x/y', 'ext::sh -c id', 'file:///etc', 'git@h: x', 'https://h/a b', 'x']) {
      assert.equal(cloneUrl(bad), null, bad);
    }
    assert.deepEqual(['/home/pat/dots', '~/dots', 'C:\\dots', 'pat/dots'].map(isFolder), [true, true, true, false]);
  });

  it('are none without a repository, and take what settings and variables say', () => {
    assert.equal(dotfilesInEnv({}), null);
    assert.equal(dotfilesOf({ repository: '  ', installCommand: 'x', targetPath: undefined }), null);
    assert.deepEqual(
      dotfilesInEnv({ BERTH_DOTFILES: 'pat/dots', BERTH_DOTFILES_INSTALL: 'make', BERTH_DOTFILES_TARGET: '' }),
      {
        repository: 'pat/dots',
        installCommand: 'make',
      },
    );
  });
});
