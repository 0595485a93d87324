import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual, promisify } from 'node:util';
import fc from 'fast-check';
import { containerCommand, isSupervised } from '../../../src/core/services/program';
import { asUser } from '../../../src/core/services/scripts';
import { serviceFolder } from '../../../src/core/services/service-folder';
import type { ServiceProgram, Supervised } from '../../../src/core/services/types';
import { anyCharacter } from '../any-character';

const service = (name: string, more: Partial<ServiceProgram> = {}): ServiceProgram => ({
  name,
  command: 'run',
  restart: { max: 5, backoff: 5000 },
  ...more,
});
const supervised = (more: Partial<Supervised>): Supervised => ({
  services: [],
  internal: [],
  user: 'dev',
  home: '/home/dev',
  workspace: '/workspace',
  waitForReady: false,
  readOnlyRoot: false,
  ...more,
});

describe('what a container runs as its first process', () => {
  it('is no supervisor where there is nothing to supervise', () => {
    assert.equal(isSupervised(supervised({})), false);
    assert.deepEqual(containerCommand(supervised({})), ['/bin/sleep', 'infinity']);
  });

  it('is one script that any shell can read, also for a program of Berth’s own alone', () => {
    const watcher = { name: 'idle', script: "echo it's idle", user: 'root' };
    for (const what of [
      supervised({ internal: [watcher] }),
      supervised({ services: [service('web', { ready: { kind: 'http', port: 80 } })], internal: [watcher] }),
    ]) {
      const [shell, option, script = ''] = containerCommand(what);
      assert.deepEqual([shell, option], ['/bin/sh', '-c']);
      execFileSync('sh', ['-n', '-c', script]);
      assert.match(script, /services\/berth\.idle\/run/);
      assert.match(script, /\nexec s6-svscan \/run\/berth\/services$/);
    }
  });

  it('hands any command on as it was written', () => {
    const texts = fc
      .sample(fc.string({ unit: anyCharacter, maxLength: 60 }), 100)
      .map((text) => text.replaceAll('\0', ''));
    const sets = texts.map((command) => {
      const files = serviceFolder(service('web', { command }), supervised({}));
      const run = files.find(({ path }) => path.endsWith('/web/run'))?.text ?? '';
      return run.replace(/\n\. [^\n]*\n$/, '\n' + String.raw`printf '%s\0' "$command"` + '\n');
    });
    const said = execFileSync('sh', { input: sets.join('\n'), encoding: 'utf8' });
    assert.deepEqual(said.split('\0').slice(0, -1), texts);
  });

  it('runs nothing as root that lies in the container’s own PATH before the system’s, and gives services that PATH', () => {
    const [, , script = ''] = containerCommand(supervised({ services: [service('web')] }));
    const [before = '', after] = script.split('command -v s6-svscan');
    assert.notEqual(after, undefined);
    const env = { PATH: '/go/bin:/usr/bin:/bin' };
    const root = execFileSync('/bin/sh', ['-c', `${before}\necho "$PATH"; echo "$BERTH_PATH"`], {
      env,
      encoding: 'utf8',
    });
    assert.match(root, /^\/usr\/local\/sbin:[^\n]*:\/bin:\/go\/bin:\/usr\/bin:\/bin\n\/go\/bin:\/usr\/bin:\/bin\n$/);
    const argv = ['-c', asUser, 'sh', '/', 'echo "$PATH ${BERTH_PATH-none}"'];
    const user = execFileSync('/bin/sh', argv, { env: { PATH: '/sbin', BERTH_PATH: env.PATH }, encoding: 'utf8' });
    assert.equal(user, `${env.PATH} none\n`);
  });

  it('says that services wait where the secrets come first, and where their logs lie', () => {
    const texts = (what: Supervised): string[] => serviceFolder(service('web'), what).map(({ text }) => text);
    assert.ok(texts(supervised({ waitForReady: true })).some((text) => text.includes('\ngate=yes\n')));
    assert.ok(texts(supervised({})).some((text) => text.includes("\ngate=''\n")));
    assert.ok(texts(supervised({})).some((text) => text.includes(' s1000000 /var/log/berth/web\n')));
    assert.ok(texts(supervised({ readOnlyRoot: true })).some((text) => text.includes(' s250000 /run/berth/log/web\n')));
  });

  it('takes an answer’s status as text, whatever it says, since a check runs as root', async () => {
    let status = '200';
    const server = createServer((socket) => socket.end(`HTTP/1.0 ${status} OK\r\n\r\n`));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const files = serviceFolder(service('web', { ready: { kind: 'http', port } }), supervised({}));
      const check = files.find(({ path }) => path.endsWith('/data/check'))?.text ?? '';
      const ready = (): Promise<boolean> =>
        promisify(execFile)('sh', ['-c', check]).then(
          () => true,
          () => false,
        );
      assert.equal(await ready(), true);
      for (status of ['404', '302']) assert.equal(await ready(), true);
      for (status of ['500', '503', '', 'a[$(echo${IFS}0)]']) assert.equal(await ready(), false);
    } finally {
      server.close();
    }
  });

  it('is refused where no process could be given so long a script', () => {
    const services = ['a', 'b'].map((name) => service(name, { command: 'x'.repeat(64_000) }));
    const fails = (error: unknown): boolean =>
      error instanceof Error && 'code' in error && isDeepStrictEqual(error.code, 'template_invalid');
    assert.throws(() => containerCommand(supervised({ services })), fails);
  });
});
