import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BerthError } from '../../../src/core/errors';
import type { ProjectRow } from '../../../src/core/model';
import { Bed } from '../cli/bed';
import { Fixture } from './fixture';

describe('a container’s confinement', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await Fixture.create();
  });
  after(() => fixture.dispose());

  const run = async (row: ProjectRow, script: string): Promise<string> => {
    const runner = await fixture.core.projects.runner(row);
    const command = await runner.run({ argv: ['sh', '-c', script] });
    const [out, err] = await Promise.all([text(command.stdout), text(command.stderr)]);
    await command.exit;
    return (out + err).trim();
  };

  for (const persist of ['home', 'none']) {
    it(`works whole on a read-only root, with persist: ${persist}`, async () => {
      const spec = [
        '  security: { read_only_root: true }',
        '  environment: { PATH: "/opt/own/bin:/usr/bin:/bin" }',
        `  persist: ${persist}`,
        '  post_create: ["echo made > ~/made", "mktemp", "touch here"]',
        '',
      ].join('\n');
      const { row } = await fixture.up(await fixture.folder(`frozen-${persist}`, spec));
      assert.match(await run(row, 'touch /etc/x /usr/x /opt/x'), /Read-only file system/);
      assert.equal(
        await run(row, 'cat ~/made; ls /workspace/here; ls -A ~ | grep -x .bashrc'),
        'made\n/workspace/here\n.bashrc',
      );
      const script = '#!/bin/sh\necho ran';
      for (const place of ['/tmp', '/var/tmp', '$HOME']) {
        assert.equal(
          await run(row, `printf '${script}' > ${place}/x && chmod +x ${place}/x && ${place}/x`),
          'ran',
          place,
        );
      }
      const line = await fixture.core.projects.line(row);
      const command = await line.run({ argv: ['sh', '-lc', 'id -un; pwd; echo $PATH'] });
      command.stderr.resume();
      assert.match(await text(command.stdout), /^dev\n\/workspace\n\/opt\/own\/bin:/);
      await line.files.write('/tmp/by-sftp', Buffer.from('x'));
      assert.equal(await run(row, 'cat /tmp/by-sftp'), 'x');
      await fixture.core.projects.restart(row);
      assert.equal(await run(row, 'cat ~/made'), 'made');
    });
  }

  const profile = (...names: string[]) => ({
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names, action: 'SCMP_ACT_ERRNO', errnoRet: 1 }],
  });

  it('takes a seccomp profile beside the template, and none where it is unconfined', async () => {
    const folder = await fixture.folder('filtered', '  security: { seccomp: ./no-mknod.json }\n');
    await writeFile(join(folder, 'no-mknod.json'), JSON.stringify(profile('mknodat', 'mknod')));
    const { row } = await fixture.up(folder);
    assert.match(await run(row, 'mkfifo /tmp/x'), /not permitted/);
    assert.equal(await run(row, 'grep Seccomp: /proc/self/status'), 'Seccomp:\t2');
    const open = await fixture.up(await fixture.folder('open', '  security: { seccomp: unconfined }\n'));
    assert.equal(await run(open.row, 'grep Seccomp: /proc/self/status'), 'Seccomp:\t0');
    const usual = await fixture.up(await fixture.folder('usual'));
    assert.equal(await run(usual.row, 'grep Seccomp: /proc/self/status'), 'Seccomp:\t2');
  });

  for (const [name, content, says] of [
    ['missing', null, /cannot be read/],
    ['not JSON', '{', /is not JSON/],
    ['not a profile', '[]', /no defaultAction/],
    ['too large', 'x'.repeat(1024 * 1024 + 1), /1 MiB/],
  ] as const) {
    it(`refuses a seccomp profile that is ${name}, before anything is built, with its place`, async () => {
      const folder = await fixture.folder(
        `profile-${name.replaceAll(' ', '-').toLowerCase()}`,
        '  security: { seccomp: p.json }\n',
      );
      if (content !== null) await writeFile(join(folder, 'p.json'), content);
      await assert.rejects(fixture.up(folder), (error: unknown) => {
        assert.ok(error instanceof BerthError && error.code === 'template_invalid');
        assert.match(error.message, says);
        assert.deepEqual([error.errors?.[0]?.line, error.errors?.[0]?.path], [6, 'spec.security.seccomp']);
        return true;
      });
    });
  }

  it('is reached by a plain ssh on a read-only root, and by exec', async () => {
    const bed = new Bed();
    try {
      const folder = bed.folder('reached', { security: { read_only_root: true } });
      await bed.up(folder);
      const ssh = await bed.run(['ssh', folder, '--', 'touch /tmp/y && id -un && pwd']);
      assert.deepEqual([ssh.code, ssh.stdout], [0, 'dev\n/home/dev\n'], ssh.stderr);
      const exec = await bed.run(['exec', '-p', folder, '--', 'ls', '/tmp/y']);
      assert.deepEqual([exec.code, exec.stdout], [0, '/tmp/y\n'], exec.stderr);
    } finally {
      await bed.dispose();
    }
  });
});
