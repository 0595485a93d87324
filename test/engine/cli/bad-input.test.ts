import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Berth, bundle, errorOf, finish, scratch } from '../../harness/berth';
import { Bed, engineUrl } from './bed';

describe('bad input on the command line', function () {
  this.timeout(30_000);
  const bed = new Bed();
  after(() => bed.dispose());

  /** The error of a call that has to fail with 1; a person gets it as one sentence, never as a stack. */
  async function failure(...args: string[]) {
    const { code, document } = await bed.berth.json(args);
    const error = errorOf(document);
    assert.equal(code, 1, error.message);
    assert.doesNotMatch(error.message, /\n\s+at /);
    return error;
  }

  it('no engine: says what was tried, and how to go on', async () => {
    const nobody = new Berth();
    const { code, document } = await nobody.json(['ls']);
    assert.deepEqual([code, errorOf(document).code], [1, 'engine_unreachable']);
    assert.ok(errorOf(document).hint);
    assert.equal((await nobody.run(['exec', '--', 'true'])).code, 125);
    const doctor = await nobody.json(['doctor']);
    assert.deepEqual([doctor.code, doctor.document['healthy']], [1, false]);
  });

  it('no permission on the socket: says so', async () => {
    const home = scratch();
    chmodSync(home, 0o777);
    // Another user cannot read a private build folder.
    cpSync(await bundle(), join(home, 'dist'), { recursive: true });
    const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--'];
    const env = { ...process.env, HOME: home, BERTH_HOME: join(home, 'b'), DOCKER_HOST: engineUrl() };
    const call = promisify(execFile)(
      'setpriv',
      [...user, process.execPath, join(home, 'dist/cli.js'), 'ls', '--json'],
      { env },
    );
    const { stdout } = (await call.catch((error: unknown) => error)) as { stdout: string };
    assert.equal(errorOf(JSON.parse(stdout) as Record<string, unknown>).code, 'engine_permission_denied');
  });

  it('broken YAML: every error with its place, and nothing is made', async () => {
    const folder = bed.folder('broken');
    const file = join(folder, 'berth.yaml');
    writeFileSync(
      file,
      'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: x }\nspec:\n  bse_image: y\n  run: 5\n',
    );
    assert.equal((await failure('up', folder)).code, 'template_invalid');
    const { document } = await bed.berth.json(['validate', file]);
    const { errors } = document['error'] as { errors: { line: number; column: number }[] };
    assert.ok(errors.length >= 2 && errors.every(({ line, column }) => line > 0 && column > 0));
    const { code, stderr } = await bed.run(['validate', 'berth.yaml'], { cwd: folder });
    assert.equal(code, 1);
    assert.match(stderr, /^berth\.yaml:5:3 (.|\n)*5 \| {3}bse_image: y\n {4}\| {3}\^/m);
    assert.equal((await bed.run(['validate', bed.folder('right') + '/berth.yaml'])).code, 0);
  });

  it('an unknown template', async () => {
    assert.equal((await failure('up', bed.folder('unknown'), '--template', 'pyhton')).code, 'template_not_found');
    assert.equal((await failure('dockerfile', 'pyhton')).code, 'template_not_found');
  });

  it('a base image that does not exist', async () => {
    const folder = bed.folder('image', { base_image: 'localhost:1/berth-no-such-image:1' });
    assert.equal((await failure('up', folder)).code, 'image_not_found');
  });

  it('a build step that fails: its step and last lines, and the container that was there stays', async () => {
    const folder = bed.folder('step');
    const { container } = await bed.up(folder);
    bed.folder('step', { run: ['echo the-last-words; exit 3'] });
    const { code, stderr } = await bed.run(['up', folder, '--rebuild']);
    assert.equal(code, 1);
    assert.match(stderr, /^berth: The image build failed/m);
    assert.match(stderr, /the-last-words/);
    assert.equal(await bed.docker('inspect', '-f', '{{.State.Running}}', container.id), 'true');
  });

  it('a folder that vanished, and a file in place of a folder', async () => {
    const folder = bed.folder('vanishing');
    const { project } = await bed.up(folder);
    rmSync(folder, { recursive: true });
    assert.equal((await failure('up', folder)).code, 'folder_not_found');
    const { code, document } = await bed.berth.json(['status', project.id.slice(0, 8)]);
    assert.deepEqual([code, document['folder']], [0, folder]);
    const file = join(bed.dir, 'file');
    writeFileSync(file, '');
    assert.equal((await failure('up', file)).code, 'folder_not_usable');
  });

  it('a workspace owned by root: the container’s user is root, and that is said', async () => {
    const { notices } = await bed.up(bed.folder('roots', {}, 0));
    assert.ok(notices.some((notice) => notice.includes('root')));
    const { stdout } = await bed.run(['exec', '-p', 'roots', '--', 'id', '-u']);
    assert.equal(stdout, '0\n');
  });

  it('names and paths with everything a shell could trip over', async () => {
    const name = 'it\'s "a" $(touch pwned)`x`;\nzwei 日本';
    const folder = bed.folder(name);
    const { project } = await bed.up(folder);
    assert.match(project.name, /^[a-z0-9-]+$/);
    assert.equal(project.folder, folder);
    writeFileSync(join(folder, 'here'), 'yes');
    const { stdout } = await bed.run(['exec', '-p', folder, '--', 'cat', 'here']);
    assert.equal(stdout, 'yes');
    const ssh = await bed.run(['ssh', folder, '--', 'cat', '/workspace/here']);
    assert.deepEqual([ssh.code, ssh.stdout], [0, 'yes'], ssh.stderr);
    assert.equal((await bed.run(['ls'])).stdout.split('\n').filter((line) => line.includes('日本')).length, 1);
    const { code, stderr } = await bed.run(['up', folder, '--name', 'a b; $(id)']);
    assert.equal(code, 2);
    assert.match(stderr, /cannot be a project's name/);
  });

  it('two folders of the same name: both have theirs, and the name alone is refused', async () => {
    mkdirSync(join(bed.dir, 'a'));
    mkdirSync(join(bed.dir, 'b'));
    const [one, two] = [await bed.up(bed.folder('a/twin')), await bed.up(bed.folder('b/twin'))];
    assert.notEqual(one.container.name, two.container.name);
    assert.equal((await failure('status', 'twin')).code, 'project_ambiguous');
    const { code, stderr } = await bed.run(['exec', '-p', 'twin', '--', 'true']);
    assert.equal(code, 125);
    for (const { project } of [one, two]) assert.ok(stderr.includes(project.id));
    assert.equal((await bed.run(['exec', '-p', './a/twin', '--', 'true'], { cwd: bed.dir })).code, 0);
  });

  it('Ctrl-C during up: exits 130 as cancelled, and leaves nothing half made', async () => {
    const folder = bed.folder('cancel', { run: ['echo begun; sleep 1000'] });
    const child = await bed.berth.start(['up', folder, '--verbose']);
    const end = finish(child);
    await new Promise<void>((done) => {
      let all = '';
      child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()).includes('begun') && done());
    });
    child.kill('SIGINT');
    const { code, stderr } = await end;
    assert.equal(code, 130);
    assert.match(stderr, /cancelled/);
    assert.ok(!(await bed.leftovers('container')).some((name) => name.startsWith('berth-cancel')));
    assert.equal((await failure('status', folder)).code, 'project_not_found');
  });
});

describe('berth rm', function () {
  this.timeout(30_000);
  const bed = new Bed();
  after(() => bed.dispose());

  it('without a terminal: needs --force for a running container, keeps volumes, deletes them by --purge --force', async () => {
    const folder = bed.folder('rm');
    await bed.up(folder);
    assert.equal((await bed.run(['rm', 'rm'])).code, 2);
    assert.equal((await bed.run(['rm', 'rm', '--purge'])).code, 2);
    assert.equal((await bed.leftovers('container')).length, 1);
    const kept = (await bed.berth.json(['rm', 'rm', '--force'])).document['volumes'] as { kept: string[] };
    assert.deepEqual(kept.kept, await bed.leftovers('volume'));
    assert.equal(kept.kept.length, 1);
    await bed.up(folder);
    const { document } = await bed.berth.json(['rm', 'rm', '--purge', '--force']);
    assert.deepEqual(document['volumes'], { kept: [], deleted: kept.kept });
    assert.deepEqual(await bed.leftovers('volume'), []);
  });

  it('on a terminal: asks what becomes of volumes, and does nothing at Enter', async () => {
    await bed.up(bed.folder('asked'));
    const no = await bed.terminal(['rm', 'asked']);
    await no.see(/\[k\]eep, \[d\]elete/);
    no.type('\r');
    assert.equal(await no.ended, 1);
    assert.equal((await bed.leftovers('container')).length, 1);
    const yes = await bed.terminal(['rm', 'asked']);
    await yes.see(/\[k\]eep, \[d\]elete/);
    yes.type('k\r');
    assert.equal(await yes.ended, 0, yes.shown);
    assert.equal((await bed.leftovers('container')).length, 0);
    assert.equal((await bed.leftovers('volume')).length, 1);
  });
});
