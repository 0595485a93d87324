import assert from 'node:assert/strict';
import { BerthError } from '../../../src/core/errors';
import { isWhole, TemplateBed, type Built } from './bed';

describe('images of the built-in templates, built for real', function () {
  this.timeout(300_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  it('base', async () => isWhole(await bed.build(await bed.plan('base'))));

  it('python, with a wheel that pip installs', async () => {
    const plan = await bed.plan({
      metadata: { name: 'probe', extends: 'python' },
      spec: { packages: { pip: ['berth-demo-wheel==1.0.0'] } },
    });
    const built = await bed.build(plan);
    await isWhole(built);
    assert.equal(
      (await built.sh('berth-demo-wheel; python -c "import berth_demo_wheel"')).stdout,
      'berth-demo-wheel 1.0.0\n',
    );
  });

  it('node, whose own user of UID 1000 is taken over under the template’s name', async () => {
    const plan = await bed.plan({
      metadata: { name: 'probe', extends: 'node' },
      spec: { packages: { npm: ['is-number@7.0.0'] } },
    });
    const built = await bed.build(plan);
    await isWhole(built);
    const { stdout } = await built.sh(
      'getent passwd node; readlink /home/node; npm ls -g --parseable | grep is-number',
    );
    assert.equal(stdout, '/home/dev\n/usr/local/lib/node_modules/is-number\n');
  });

  it('a workspace of root: the user is root, and nobody else is made', async () => {
    const built = await bed.build(await bed.plan('base', { uid: 0, gid: 0 }));
    assert.equal(built.plan.user, 'root');
    const { stdout } = await built.sh('id -un; echo ~; getent passwd dev; stat -c %U /workspace; getent shadow root');
    assert.match(stdout, /^root\n\/root\nroot\nroot:\*:/);
  });

  it('a group that the image has already, and sudo where it is asked for', async () => {
    const spec = { user: { name: 'pat', sudo: true }, security: { no_new_privileges: false } };
    const built = await bed.build(await bed.plan({ spec }, { uid: 4711, gid: 20 }));
    const { stdout } = await built.sh(
      'id -u; id -gn; stat -c %u:%g ~; sudo -l -U pat | tail -1; ls -l /etc/sudoers.d/berth',
      'root',
    );
    assert.match(stdout, /^0\nroot\n/);
    assert.match(stdout, /\(ALL\) NOPASSWD: ALL\n-r--r----- /);
    assert.equal((await built.sh('id -u; id -gn; stat -c %u:%g ~')).stdout, '4711\ndialout\n4711:20\n');
  });

  it('says so when the wanted name belongs to another user of the image', async () => {
    const plan = await bed.plan({
      metadata: { name: 'probe', extends: 'node' },
      spec: { run: ['useradd -u 1234 pat'], user: { name: 'pat' } },
    });
    await assert.rejects(bed.build(plan), (error) => {
      assert.ok(error instanceof BerthError);
      assert.equal(error.code, 'build_failed');
      assert.match(`${error.message} ${JSON.stringify(error.errors)}`, /choose another spec\.user\.name/);
      return true;
    });
  });

  for (const buildkit of [true, false]) {
    it(`no value gets out of its place (${buildkit ? 'BuildKit' : 'the classic builder'})`, async () => {
      const nasty = `'"\`$(touch /tmp/injected)\${HOME}\\ #\t;&|<>*?~!%é\u2028 \\`;
      const script = `cat >/opt/said <<'EOF'\n${nasty}\n# a comment?\nRUN touch /tmp/injected\n\nEOF\n# \\\ntouch /opt/after`;
      // Upon an image that has all else already: what is proven is a few steps' text.
      const { tag } = await bed.build(await bed.plan('base'));
      const plan = await bed.plan(
        {
          metadata: { name: 'probe' },
          spec: {
            base_image: tag,
            build_args: { NASTY: nasty, DEBIAN_FRONTEND: 'noninteractive' },
            run: [script, 'printf %s "$NASTY" >/opt/arg', '--mount=type=secret,id=x true || touch /opt/flag'],
          },
        },
        { buildkit },
      );
      const built = await bed.build(plan);
      assert.equal((await built.sh('cat /opt/arg')).stdout, nasty);
      assert.equal((await built.sh('cat /opt/said')).stdout, `${nasty}\n# a comment?\nRUN touch /tmp/injected\n\n`);
      assert.equal((await built.sh('ls /opt/after /opt/flag; ls /tmp')).stdout, '/opt/after\n/opt/flag\n');
    });
  }

  it('a script of many kilobytes arrives whole', async () => {
    const text = Array.from({ length: 6000 }, (_, index) => `word${index}`).join(' ');
    const built = await bed.build(await bed.plan({ spec: { run: [`echo '${text}' >/opt/long`] } }));
    assert.equal((await built.sh('cat /opt/long')).stdout, `${text}\n`);
  });

  it('a package that does not exist fails in a step that names its phase', async () => {
    const plan = await bed.plan({ spec: { packages: { apt: ['libfoo-of-nowhere'] } } });
    await assert.rejects(bed.build(plan), /build failed at apt: .*libfoo-of-nowhere/);
  });

  it('a missing package manager is told as what to do', async () => {
    const plan = await bed.plan({ spec: { packages: { npm: ['is-number'] } } });
    await assert.rejects(bed.build(plan), /packages\.npm needs npm in the image/);
  });

  it('a package more installs that one alone, and is there beside the others', async () => {
    const named = async (apt: string[]) => bed.build(await bed.plan({ spec: { packages: { apt } } }));
    // In the order of the Dockerfile: the builder tells of steps that it has in any order.
    const aptOf = ({ events }: Built) => {
      const steps = events.flatMap((event) => (event.kind === 'build_step' ? [event] : []));
      const apt = steps.filter(({ name }) => name.includes(': berth apt')).sort((a, b) => a.index - b.index);
      return [...new Set(apt.map(({ name }) => name))];
    };
    const before = aptOf(await named(['bc', 'ed']));
    const built = await named(['bc', 'ed', 'dc']);
    const apt = aptOf(built);
    // Equal steps in equal order are what the builder keeps. What it says of each depends on who else builds meanwhile.
    assert.equal(before.length, 3);
    assert.deepEqual(apt.slice(0, -1), before);
    assert.match(apt.at(-1) ?? '', /-- curl less bc ed\s+dc/);
    await isWhole(built);
    assert.equal(
      (await built.sh('apt-mark showmanual | grep -xE "bc|curl|dc|ed|less"')).stdout,
      'bc\ncurl\ndc\ned\nless\n',
    );
  });

  it('an equal plan builds nothing anew', async () => {
    const { events } = await bed.build(await bed.plan('base'));
    const steps = events.filter(
      (event) => event.kind === 'build_step' && event.status === 'done' && / RUN|^RUN/.test(event.name),
    );
    assert.deepEqual(steps, []);
  });
});
