import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorOf } from '../../harness/berth';
import { RegistryBed } from '../engine/registry-bed';
import { Bed } from './bed';

describe('berth build --push, --lock and --frozen', function () {
  this.timeout(300_000);
  let bed: Bed;
  let registry: RegistryBed;
  let env: Record<string, string>;
  const tags: string[] = [];
  before(async () => {
    bed = new Bed();
    registry = await RegistryBed.open();
    env = await registry.env({ auths: { [registry.registry.host]: { auth: registry.encoded() } } });
  });
  after(async () => {
    await bed.docker('image', 'rm', '-f', ...tags);
    await bed.dispose();
    await registry.close();
  });

  it('pushes the image by a name in a registry, and a prebuilt image of that name is run as it is', async () => {
    const folder = bed.folder('maker');
    const image = `${registry.registry.host}/team/dev:1`;
    tags.push(image);
    const progress: string[] = [];
    const { code, stdout, stderr } = await bed.run(
      ['build', 'berth.yaml', '--push', image, '--json', '--progress', 'json'],
      {
        cwd: folder,
        env,
      },
    );
    assert.equal(code, 0, stderr);
    progress.push(...stderr.trim().split('\n'));
    assert.ok(progress.some((line) => (JSON.parse(line) as { kind: string }).kind === 'push'));
    const { pushed } = JSON.parse(stdout) as { pushed: { reference: string; digest: string } };
    assert.equal(pushed.reference, image);
    assert.match(pushed.digest, /^sha256:[0-9a-f]{64}$/);
    for (const secret of [registry.registry.password, registry.encoded()]) {
      assert.ok(!`${stdout}${stderr}`.includes(secret));
    }

    const text = await bed.run(['build', 'berth.yaml', '--push', image], { cwd: folder, env });
    assert.match(text.stdout, new RegExp(`is up to date\\.\\nPushed as ${image} \\(${pushed.digest}\\)\\.\\n$`));

    await bed.docker('image', 'rm', image);
    const user = bed.folder('user');
    writeFileSync(
      join(user, 'berth.yaml'),
      JSON.stringify({ apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name: 'user' }, spec: { image } }),
    );
    const up = await bed.run(['up', '--json', '--progress', 'json'], { cwd: user, env });
    assert.equal(up.code, 0, up.stdout);
    assert.equal((JSON.parse(up.stdout) as { container: { image: string } }).container.image, image);
    assert.ok(!up.stderr.includes('"build_step"'), 'nothing was built');
  });

  it('tells a wrong password, and where to mend it', async () => {
    const folder = bed.folder('denied');
    const image = `${registry.registry.host}/team/denied:1`;
    tags.push(image);
    const wrong = await registry.env({ auths: { [registry.registry.host]: { auth: registry.encoded('wrong') } } });
    const { code, document } = await bed.berth.json(['build', 'berth.yaml', '--push', image], {
      cwd: folder,
      env: wrong,
    });
    assert.equal(code, 1);
    assert.equal(errorOf(document).code, 'registry_denied');
    assert.equal(errorOf(document).hint, `Run \`docker login ${registry.registry.host}\`.`);
  });

  it('writes berth.lock and insists on it', async () => {
    const folder = bed.folder('locked');
    const frozen = await bed.berth.json(['up', '--frozen'], { cwd: folder });
    assert.equal(frozen.code, 1);
    assert.equal(errorOf(frozen.document).code, 'lock_outdated');
    const locked = await bed.run(['build', 'berth.yaml', '--lock'], { cwd: folder });
    assert.equal(locked.code, 0, locked.stderr);
    assert.match(
      readFileSync(join(folder, 'berth.lock'), 'utf8'),
      /^version: 1\nimages:\n {2}"debian:bookworm-slim":/m,
    );
    assert.equal((await bed.run(['build', 'berth.yaml', '--frozen'], { cwd: folder })).code, 0);
  });

  it('refuses a name that is none, and both at once, before anything is built', async () => {
    const folder = bed.folder('wrong');
    for (const args of [
      ['--push', 'A B'],
      ['--push', 'x@sha256:'],
      ['--lock', '--frozen'],
    ]) {
      const { code, document } = await bed.berth.json(['build', 'berth.yaml', ...args], { cwd: folder });
      assert.equal(code, 2, args.join(' '));
      assert.equal(errorOf(document).code, 'bad_usage');
    }
  });
});
