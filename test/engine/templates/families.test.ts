import assert from 'node:assert/strict';
import { isWhole, TemplateBed, type Built } from './bed';

/**
 * Other families than Debian's. `dnf` is the real one, with packages made from Debian's programs; Alpine's `apk` is not to
 * be had here: in its place stands a script that writes down how it was called and unpacks those programs. The userland
 * around it is BusyBox, as Alpine's is.
 */
describe('images of other families', function () {
  this.timeout(300_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  const on = (family: string, more: object = {}) => ({
    metadata: { name: 'probe' },
    spec: { base_image: `berth-testbed/${family}`, ...more },
  });
  const sudo = { user: { sudo: true }, security: { no_new_privileges: false } };
  const build = async (template: object, buildkit = true): Promise<Built> =>
    bed.build(await bed.plan(template, { buildkit }));

  for (const buildkit of [true, false]) {
    const builder = buildkit ? 'BuildKit' : 'the classic builder';

    it(`apk: base tools, and a user made with BusyBox alone (${builder})`, async () => {
      const built = await build(on('apk', sudo), buildkit);
      // No bash was installed, so the login shell is the one that is there.
      await isWhole(built, { shell: '/bin/sh' });
      const calls = (await built.sh('cat /var/log/apk-calls')).stdout.trim().split('\n');
      const add = 'apk add --update-cache --cache-dir /var/cache/berth/apk';
      assert.deepEqual(calls, [`${add} bash ca-certificates git libstdc++ openssh-server procps s6`, `${add} sudo`]);
      // The image's own user of UID 1000 was taken over, with its home and its groups.
      const { stdout } = await built.sh('cat ~/left /home/guest/left; grep -c guest /etc/passwd; id -Gn');
      assert.equal(stdout, 'hello\nhello\n0\nguest video\n');
      assert.match(
        (await built.sh('readlink -f $(which sed); cat /etc/sudoers.d/berth', 'root')).stdout,
        /^\/usr\/bin\/busybox\ndev ALL/,
      );
    });

    it(`dnf: base tools from a repository (${builder})`, async () => {
      const built = await build(on('dnf', sudo), buildkit);
      await isWhole(built);
      assert.equal((await built.sh('ls -A /var/cache/berth; ls /var/cache/dnf 2>/dev/null', 'root')).stdout, '');
      const installed = await built.sh('dnf -q repoquery --installed --qf "%{name}" 2>/dev/null | sort', 'root');
      assert.deepEqual(installed.stdout.trim().split('\n'), [
        'ca-certificates',
        'git-core',
        'openssh-server',
        'procps-ng',
        'sudo',
      ]);
    });
  }

  it('an unknown family is told by the three that are known', async () => {
    await assert.rejects(
      build(on('busybox')),
      /no apt-get, apk or dnf: Berth knows the families of Debian, Alpine and Fedora/,
    );
  });

  it('packages.apt on another family is told as what to do', async () => {
    const wanted = on('apk', { packages: { apt: ['curl'] } });
    await assert.rejects(build(wanted), /packages\.apt needs a base image of Debian’s family.*spec\.run/);
  });

  it('installs nothing where everything is there already', async () => {
    const first = await bed.build(await bed.plan(on('apk')));
    const again = await build({ metadata: { name: 'probe' }, spec: { base_image: first.tag } });
    assert.equal((await again.sh('wc -l </var/log/apk-calls')).stdout.trim(), '1');
  });
});
