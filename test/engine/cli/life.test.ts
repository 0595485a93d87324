import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finish } from '../../harness/berth';
import { Bed, type UpDocument } from './bed';

const rowKeys = [
  ...[
    'id',
    'name',
    'folder',
    'template',
    'engine',
    'state',
    'health',
    'reasons',
    'stale',
    'generation',
    'created',
    'image',
  ],
];

describe('a project’s life on the command line', function () {
  this.timeout(30_000);
  const bed = new Bed();
  let folder: string;
  let first: UpDocument;

  before(async () => {
    folder = bed.folder('life');
    first = await bed.up(folder);
  });
  after(() => bed.dispose());

  it('up --json has the keys of the contract, and finds the container the second time', async () => {
    assert.deepEqual(Object.keys(first), [
      ...['schema', 'outcome', 'project', 'container', 'ssh', 'reused', 'timings_ms', 'notices'],
    ]);
    assert.deepEqual(Object.keys(first.project), ['id', 'name', 'folder']);
    assert.deepEqual(Object.keys(first.container), ['id', 'name', 'image', 'generation', 'state', 'health']);
    assert.deepEqual(Object.keys(first.timings_ms), [
      ...['resolve', 'image', 'create', 'start', 'line', 'inject', 'post_create', 'total'],
    ]);
    assert.deepEqual([first.project.name, first.project.folder, first.container.state], ['life', folder, 'running']);
    assert.deepEqual([first.reused, first.container.generation], [false, 1]);
    const again = await bed.up(folder);
    assert.deepEqual([again.reused, again.container.id], [true, first.container.id]);
  });

  it('up tells a person how it went: progress on stderr, the end on stdout', async () => {
    const { code, stdout, stderr } = await bed.run(['up', folder, '--rebuild']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^life is running \(plain, generation 2, \w+\)$/m);
    assert.match(stdout, /^ {2}ssh {3}ssh /m);
    assert.match(stdout, /berth shell life/);
    assert.match(stderr, /^create: /m);
    assert.doesNotMatch(stdout + stderr, /\u001b/);
  });

  it('up --progress json writes one object a line to stderr and leaves stdout to the document', async () => {
    const { stdout, stderr } = await bed.run(['up', folder, '--rebuild', '--json', '--progress', 'json']);
    assert.equal((JSON.parse(stdout) as { outcome: string }).outcome, 'ok');
    const events = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string });
    assert.ok(events.some(({ kind }) => kind === 'step') && events.some(({ kind }) => kind === 'step_done'));
  });

  it('up on a terminal keeps a line for each step and ends with what to do next', async () => {
    const terminal = await bed.terminal(['up', folder, '--rebuild']);
    assert.equal(await terminal.ended, 0);
    assert.match(terminal.shown, /✔\S* start .*\d s/);
    assert.match(terminal.shown, /berth exec -p life/);
  });

  it('ls and status have the keys of the contract', async () => {
    const ls = await bed.berth.json(['ls']);
    const [row] = ls.document['projects'] as Record<string, unknown>[];
    assert.deepEqual(Object.keys(row ?? {}), rowKeys);
    const { document } = await bed.berth.json(['status', 'life']);
    assert.deepEqual(Object.keys(document), [
      ...['schema', 'outcome', ...rowKeys, 'connections', 'limits', 'writable_bytes', 'usage'],
      ...['services', 'secrets', 'ports', 'git', 'storage', 'lifecycle'],
    ]);
    assert.deepEqual(Object.keys(document['usage'] as object), [
      ...['cpu_percent', 'memory_bytes', 'memory_percent', 'disk_percent', 'pids'],
    ]);
    assert.match((await bed.run(['ls'])).stdout, /^NAME +STATE +HEALTH(.|\n)*life +running/);
    assert.match((await bed.run(['status', 'life'])).stdout, /^life is running/);
  });

  it('finds a project by name, id prefix, path, and from a folder inside it', async () => {
    for (const name of ['life', first.project.id.slice(0, 6), folder, './life']) {
      const { code, document } = await bed.berth.json(['status', name], { cwd: bed.dir });
      assert.deepEqual([code, document['id']], [0, first.project.id], name);
    }
    assert.equal((await bed.berth.json(['status'], { cwd: folder })).document['id'], first.project.id);
  });

  it('stops, starts and restarts, and repeats are no error', async () => {
    for (const [verb, state] of [
      ['stop', 'stopped'],
      ['stop', 'stopped'],
      ['start', 'running'],
      ['restart', 'running'],
    ]) {
      const { code, document } = await bed.berth.json([verb ?? '', 'life']);
      assert.deepEqual([code, (document['container'] as { state: string }).state], [0, state], verb);
    }
  });

  it('shows the container’s log, as lines and as JSON, and follows until Ctrl-C', async () => {
    assert.equal((await bed.run(['logs', 'life', '--tail', '5'])).code, 0);
    assert.ok(Array.isArray((await bed.berth.json(['logs', 'life'])).document['lines']));
    const child = await bed.berth.start(['logs', 'life', '-f', '--json']);
    const end = finish(child);
    const marked = new Promise<void>((done) => {
      child.stdout.on('data', (chunk: Buffer) => chunk.includes('marked') && done());
    });
    const { container } = await bed.up(folder);
    await bed.docker('exec', '-u', 'root', container.name, 'sh', '-c', 'echo marked >/proc/1/fd/1');
    await marked;
    child.kill('SIGINT');
    const { code, stdout } = await end;
    assert.equal(code, 130);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { stream: string; text: string });
    assert.ok(lines.some(({ stream, text }) => stream === 'stdout' && text === 'marked'));
  });

  it('goes by ssh to the container through its own config alone', async () => {
    const { code, stdout, stderr } = await bed.run(['ssh', 'life', '--', 'echo', '$((40+2)); exit 6']);
    assert.deepEqual([code, stdout], [6, '42\n'], stderr);
    assert.equal(existsSync(join(bed.berth.home, '.ssh/config')), false);
  });

  it('puts one Include line into the SSH config it is given and takes it out again', async () => {
    const file = join(bed.dir, 'ssh config');
    writeFileSync(file, 'Host mine\n  User me\n');
    const { document } = await bed.berth.json(['ssh-config', 'install', '--file', file]);
    assert.equal(document['installed'], true);
    assert.match(readFileSync(file, 'utf8'), /^Include .+\n[^]*Host mine\n {2}User me\n$/);
    assert.equal((await bed.run(['ssh-config', 'remove', '--file', file])).code, 0);
    assert.equal(readFileSync(file, 'utf8'), 'Host mine\n  User me\n');
    assert.match((await bed.run(['ssh-config', 'print'])).stdout, new RegExp(`Host ${first.ssh.host}`));
  });

  it('follows a folder that moved, with its volumes', async () => {
    await bed.run(['exec', '-p', 'life', '--', 'sh', '-c', 'echo kept > ~/note']);
    const moved = join(bed.dir, 'moved');
    renameSync(folder, moved);
    const gone = await bed.berth.json(['up', folder]);
    assert.deepEqual([gone.code, (gone.document['error'] as { code: string }).code], [1, 'folder_not_found']);
    assert.equal((await bed.run(['relink', 'life', moved])).code, 0);
    const up = await bed.up(moved);
    assert.deepEqual([up.project.id, up.project.folder], [first.project.id, moved]);
    assert.equal((await bed.run(['exec', '--', 'sh', '-c', 'cat ~/note'], { cwd: moved })).stdout, 'kept\n');
    folder = moved;
  });
});
