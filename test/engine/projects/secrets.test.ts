import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { createCore } from '../../../src/core';
import type { Core } from '../../../src/core';
import type { Logger } from '../../../src/core/log';
import type { ProjectRow, SecretRow } from '../../../src/core/model';
import { Fixture, installation } from './fixture';

const run = promisify(execFile);

describe('Secrets', function () {
  this.timeout(90_000);
  let fixture: Fixture;
  before(async () => (fixture = await Fixture.create()));
  after(() => fixture.dispose());

  /** Values that are nowhere else, so that whoever has one got it from here. */
  const planted = {
    env: "berth-planted-env-7Q'$x",
    file: 'berth-planted-file-9K',
    command: 'berth-planted-command-3Z',
    rotated: 'berth-planted-rotated-5W',
  };
  const logged: string[] = [];
  const log: Logger = { log: (level, message, detail) => void logged.push(`${level} ${message} ${String(detail)}`) };
  let env: Record<string, string | undefined>;
  let core: Core;
  let folder: string;
  let row: ProjectRow;
  let token: string;
  let app: string;
  let stamp: string;

  const another = (more: Record<string, string | undefined>): Core =>
    createCore({
      ...{ log, actor: 'cli', installation: app, engineUrl: process.env['BERTH_TEST_ENGINE'] ?? '' },
      env: { ...process.env, BERTH_HOME: join(fixture.dir, 'home'), ...more },
    });
  const output = async (argv: readonly string[], of = core): Promise<string> => {
    const command = await (await of.projects.runner(row)).run({ argv });
    command.stderr.resume();
    return (await text(command.stdout)).trim();
  };
  const overLine = async (argv: readonly string[]): Promise<string> => {
    const command = await (await core.projects.line(row)).run({ argv });
    command.stderr.resume();
    return (await text(command.stdout)).trim();
  };
  const show = ['/bin/sh', '-c', 'printf "%s|" "$TOKEN" "$KEY"'];
  const state = (rows: readonly SecretRow[]): Record<string, string> =>
    Object.fromEntries(rows.map(({ name, state }) => [name, state]));

  before('a project whose secrets come from three sources', async () => {
    // As installed: the launcher that ssh starts is this version's.
    app = join(fixture.dir, 'app');
    await run('node', ['esbuild.mjs', '--only', 'cli', '--outdir', app], { cwd: installation });
    await symlink(join(installation, 'templates'), join(app, 'templates'));
    stamp = join(fixture.dir, 'stamp');
    await writeFile(stamp, '');
    token = join(fixture.dir, 'token.sh');
    await writeFile(token, `#!/bin/sh\nprintf '%s\\n' '${planted.command}'\necho ${planted.command} >&2\n`);
    await chmod(token, 0o755);
    await writeFile(join(fixture.dir, 'npmrc'), `${planted.file}\0binary\n`);
    env = { TOKEN_SOURCE: planted.env };
    core = another(env);
    folder = await fixture.folder(
      'secret',
      [
        '  secrets:',
        '    TOKEN: { from: "env:TOKEN_SOURCE" }',
        `    KEY: { from: "command:${token}" }`,
        `    NPMRC: { from: "file:${join(fixture.dir, 'npmrc')}", as: file, path: "~/.npmrc", mode: "0400" }`,
        `    ETC: { from: "file:${join(fixture.dir, 'npmrc')}", as: file, path: "/etc/berth-test/npmrc" }`,
        '    GONE: { from: "env:NO_SUCH_VARIABLE" }',
        '    STORED: { from: "editor:key" }',
        '  post_create: ["test -n \\"$TOKEN\\" && echo $KEY | tr a-z A-Z && echo saw $TOKEN"]',
        '  post_start: ["test -e /run/berth/ready"]',
        '',
      ].join('\n'),
    );
    const result = await core.projects.up(folder, {}, () => undefined);
    row = result.row;
    assert.deepEqual(result.notices.filter((notice) => notice.includes('missing')).length, 2);
  });
  after(() => core.dispose());

  it('are in the environment of commands over both roads, in login shells and in sessions of ssh', async () => {
    const both = `${planted.env}|${planted.command}|`;
    assert.equal(await output(show), both);
    assert.equal(await overLine(show), both);
    assert.equal(await overLine(['env', '-i', 'HOME=/home/dev', '/bin/bash', '-lc', show[2] ?? '']), both);
    const raw = await run('ssh', ['-F', (await core.ssh.status()).ownConfig, row.alias, show[2] ?? '']);
    assert.equal(raw.stdout, both);
    // The session's bash forgets how it came by them: what it starts sees its caller's environment.
    const inner = await run('ssh', [
      ...['-F', (await core.ssh.status()).ownConfig, row.alias],
      'echo "${BASH_ENV-none}"; TOKEN=mine bash -c \'echo $TOKEN\'',
    ]);
    assert.equal(inner.stdout, 'none\nmine\n');
    assert.equal(await output(['/bin/sh', '-c', 'echo $TOKEN$0']), `${planted.env}/bin/sh`);
  });

  it('are files of the user’s alone in memory, with a link at the wanted place, also where only root may write', async () => {
    const facts = await output([
      '/bin/sh',
      '-c',
      'cd /run/berth/secrets; stat -c "%n %a %U" . env files/NPMRC; readlink ~/.npmrc /etc/berth-test/npmrc; stat -f -c %T .',
    ]);
    assert.deepEqual(facts.split('\n'), [
      ...['. 700 dev', 'env 600 dev', 'files/NPMRC 400 dev'],
      ...['/run/berth/secrets/files/NPMRC', '/run/berth/secrets/files/ETC', 'tmpfs'],
    ]);
    assert.equal(
      await output(['/bin/sh', '-c', 'cat ~/.npmrc | od -An -c | tr -d " \\n"']),
      `${planted.file}\\0binary\\n`,
    );
  });

  it('tells of each whether it is there, and where a missing one was looked for', async () => {
    const { secrets } = await core.projects.detail(row);
    assert.deepEqual(state(secrets), {
      ...{ ETC: 'injected', GONE: 'missing', KEY: 'injected', NPMRC: 'injected' },
      ...{ STORED: 'missing', TOKEN: 'injected' },
    });
    const detail = (name: string): string => secrets.find((one) => one.name === name)?.detail ?? '';
    assert.match(detail('GONE'), /NO_SUCH_VARIABLE is not set here/);
    assert.match(detail('STORED'), /absent here/);
  });

  it('lie nowhere but in the container’s memory and its processes: not in the engine, its data, Berth’s home or a log', async () => {
    const engine = await core.engine.get();
    const { dataRoot } = engine.info;
    const events: string[] = [];
    const stop = new AbortController();
    const listening = (async () => {
      for await (const event of engine.events({}, stop.signal)) events.push(JSON.stringify(event));
    })().catch(() => undefined);
    // Something is under way while it is looked at.
    const command = await (await core.projects.runner(row)).run({ argv: ['sleep', '30'] });
    const rows = await core.projects.refreshSecrets(row, {});
    assert.equal(state(rows)['TOKEN'], 'injected');
    const docker = async (...args: string[]): Promise<string> =>
      (await run('docker', ['-H', process.env['BERTH_TEST_ENGINE'] ?? '', ...args], { maxBuffer: 64e6 })).stdout;
    const inspected = await docker('inspect', row.container ?? '');
    const [facts] = JSON.parse(inspected) as {
      readonly ExecIDs: string[] | null;
      readonly GraphDriver: { readonly Data: { readonly UpperDir: string } };
    }[];
    const [execs, layer] = [facts?.ExecIDs, facts?.GraphDriver.Data.UpperDir ?? ''];
    const places: Record<string, string> = {
      inspect: inspected,
      image: await docker('image', 'inspect', row.image),
      history: await docker('history', '--no-trunc', row.image),
      logs: await docker('logs', row.container ?? ''),
      processes: await docker('top', row.container ?? '', '-eo', 'pid,args'),
      execs: (await Promise.all((execs ?? []).map((id) => engineGet(`/exec/${id}/json`)))).join('\n'),
      events: events.join('\n'),
      log: logged.join('\n'),
      journal: await readFile(join(fixture.dir, 'home', 'journal.jsonl'), 'utf8'),
      // Whatever was written since: the engine's data but for other containers' and images' layers, and Berth's home.
      disks: await grep([
        ...[dataRoot, '-path', join(dataRoot, 'overlay2'), '-prune', '-o'],
        ...['-newer', stamp, '-type', 'f', '-size', '-64M', '-print0'],
      ]),
      layer: await grep([layer, '-type', 'f', '-print0']),
      home: await grep([join(fixture.dir, 'home'), '-type', 'f', '-print0']),
    };
    stop.abort();
    await listening;
    await command.cancel();
    assert.ok((execs ?? []).length > 0, 'an exec was under way');
    for (const [place, content] of Object.entries(places)) {
      for (const value of Object.values(planted)) assert.ok(!content.includes(value), `${place} has ${value}`);
    }
  });

  it('are brought in anew where their source changed, without a restart, and what is absent elsewhere stays', async () => {
    const before = (await (await core.engine.get()).inspectContainer(row.container ?? ''))?.startedAt;
    const elsewhere = another({ TOKEN_SOURCE: undefined });
    try {
      await writeFile(token, `#!/bin/sh\necho '${planted.rotated}'\n`);
      const rows = await elsewhere.projects.refreshSecrets(row, {});
      const of = (name: string) => rows.find((one) => one.name === name);
      assert.deepEqual([of('TOKEN')?.state, of('KEY')?.state], ['injected', 'injected']);
      assert.match(of('TOKEN')?.detail ?? '', /the former value stays: the variable TOKEN_SOURCE is not set here/);
      assert.equal(await output(show), `${planted.env}|${planted.rotated}|`);
      const after = (await (await core.engine.get()).inspectContainer(row.container ?? ''))?.startedAt;
      assert.equal(after, before);
      await rm(token);
      const kept = await elsewhere.projects.refreshSecrets(row, { names: ['KEY'] });
      assert.match(kept.find(({ name }) => name === 'KEY')?.detail ?? '', /stays: .*token.sh is not installed here/);
      await assert.rejects(elsewhere.projects.refreshSecrets(row, { names: ['NONE'] }), /declares no secret NONE/);
    } finally {
      elsewhere.dispose();
    }
  });

  it('two processes that inject at once both have their say', async () => {
    const others = Array.from({ length: 4 }, (_, index) => another({ TOKEN_SOURCE: `berth-planted-${index}` }));
    try {
      await Promise.all(others.map((one) => one.projects.refreshSecrets(row, { names: ['TOKEN'] })));
      assert.match(await output(show), new RegExp(String.raw`^berth-planted-\d\|${planted.rotated}\|$`));
      assert.equal(await output(['/bin/sh', '-c', 'ls -A /run/berth/secrets | tr "\\n" " "']), 'env env.d files');
    } finally {
      for (const one of others) one.dispose();
    }
  });

  it('a file of the user’s own at the place is left, and said', async () => {
    await output(['/bin/sh', '-c', 'rm ~/.npmrc; echo mine > ~/.npmrc']);
    const rows = await core.projects.refreshSecrets(row, {});
    assert.match(rows.find(({ name }) => name === 'NPMRC')?.detail ?? '', /~\/.npmrc is a file of your own and stays/);
    assert.equal(await output(['/bin/sh', '-c', 'cat ~/.npmrc; rm ~/.npmrc']), 'mine');
  });

  it('a full memory file system is told in words, and what was there stays', async () => {
    const before = await output(show);
    const engine = await core.engine.get();
    const fill = await engine.exec(row.container ?? '', {
      ...{ user: 'root', stdin: false },
      argv: ['/bin/sh', '-c', 'dd if=/dev/zero of=/run/berth/full bs=64k 2>/dev/null; true'],
    });
    fill.stdout.resume();
    await fill.exit;
    const other = another({ TOKEN_SOURCE: 'x'.repeat(60_000) });
    try {
      await assert.rejects(other.projects.refreshSecrets(row, {}), /file system at \/run\/berth is full/);
      assert.equal(await output(show), before);
    } finally {
      other.dispose();
      const empty = await engine.exec(row.container ?? '', {
        ...{ user: 'root', stdin: false, argv: ['rm', '/run/berth/full'] },
      });
      await empty.exit;
    }
  });

  it('come again after the engine restarted the container by itself: with the next look', async () => {
    await (await core.engine.get()).restartContainer(row.container ?? '', 5);
    assert.equal(state((await core.projects.detail(row)).secrets)['TOKEN'], 'unknown');
    assert.match(await output(show), /^berth-planted-env/);
    const log = await output(['cat', '/run/berth/ready']);
    assert.equal(log, '');
  });

  it('are there for the first command of an ssh that started a stopped container', async () => {
    await core.projects.stop(row);
    const { stdout } = await run(
      'ssh',
      ['-F', (await core.ssh.status()).ownConfig, row.alias, 'echo $TOKEN; cat /run/berth/ready'],
      { env: { ...process.env, ...env } },
    );
    assert.equal(stdout, `${planted.env}\n`);
    const { steps } = await core.projects.detail(row);
    assert.deepEqual(
      [...new Set(steps.map(({ phase, state }) => `${phase} ${state}`))],
      [...['post_create done', 'post_start done']],
    );
  });

  it('what the template no longer has goes at the next up, and what it has come to have is there', async () => {
    await fixture.writeTemplate(
      folder,
      '  secrets:\n    TOKEN: { from: "env:TOKEN_SOURCE" }\n    NEW: { from: "env:NEW_SOURCE", required: true }\n' +
        '  post_start: ["test -e /run/berth/ready"]\n',
    );
    await assert.rejects(
      core.projects.up(folder, {}, () => undefined),
      (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error);
        assert.equal(error.code, 'secret_missing');
        assert.match(error.message, /NEW is missing \(env:NEW_SOURCE\): the variable NEW_SOURCE is not set here/);
        return true;
      },
    );
    const able = another({ ...env, NEW_SOURCE: 'berth-new' });
    try {
      const { reused } = await able.projects.up(folder, {}, () => undefined);
      assert.equal(reused, true);
      assert.equal(await output(['/bin/sh', '-c', 'echo "$NEW ${KEY-gone}"']), 'berth-new gone');
      const left = 'ls /run/berth/secrets/env.d /run/berth/secrets/files; [ -L ~/.npmrc ] || echo no link';
      assert.deepEqual((await output(['/bin/sh', '-c', left])).split('\n'), [
        ...['/run/berth/secrets/env.d:', 'NEW', 'TOKEN', '', '/run/berth/secrets/files:', 'no link'],
      ]);
    } finally {
      able.dispose();
    }
  });

  async function engineGet(path: string): Promise<string> {
    const socket = (process.env['BERTH_TEST_ENGINE'] ?? '').replace('unix://', '');
    return (await run('curl', ['-s', '--unix-socket', socket, `http://engine${path}`])).stdout;
  }

  /** Which of the files that `find` finds hold a plant, with all plants named where there is one. */
  async function grep(found: readonly string[]): Promise<string> {
    const patterns = Object.values(planted).flatMap((value) => ['-e', value]);
    const files = (await run('find', [...found], { maxBuffer: 64e6 })).stdout.split('\0').filter((file) => file !== '');
    assert.ok(files.length > 0, found.join(' '));
    // Exit code 1: nothing was found.
    const hits = await run('grep', ['-aFl', ...patterns, ...files], { maxBuffer: 64e6 }).catch(
      (error: unknown) => error as { stdout: string },
    );
    return hits.stdout === '' ? '' : `${hits.stdout} has ${Object.values(planted).join(' ')}`;
  }
});
