import assert from 'node:assert/strict';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bed, type UpDocument } from '../cli/bed';

/**
 * The official images name their tools' folders in the image's environment alone, which an SSH session does not inherit by
 * itself: both roads into the container have to find them all the same.
 */
describe("tools on the image's own PATH, through `berth exec` and ssh", function () {
  this.timeout(300_000);
  let bed: Bed;
  before(() => (bed = new Bed()));
  after(() => bed.dispose());

  for (const [template, command, say] of [
    ['go', 'go version', /^go version go1\./],
    ['rust', 'cargo --version', /^cargo \d/],
    ['java', 'javac -version', /^javac \d/],
  ] as const) {
    describe(template, () => {
      let up: UpDocument;
      before(async () => {
        const folder = bed.folder(`with-${template}`);
        up = await bed.up(folder, '--template', template);
      });

      it(`${command}: berth exec`, async () => {
        const { code, stdout } = await bed.run(['exec', '-p', up.project.name, '--', ...command.split(' ')]);
        assert.match(stdout, say);
        assert.equal(code, 0);
      });

      it(`${command}: ssh, plain and in a login shell`, async () => {
        for (const line of [command, `bash -lc '${command}'`]) {
          const { stdout, stderr } = await bed.run(['ssh', up.project.name, '--', line]);
          assert.match(stdout, say, `${line}: ${stderr}`);
        }
      });
    });
  }

  it('a BusyBox userland without bash and getent: exec, ssh and login shells work as elsewhere', async () => {
    const folder = join(bed.dir, 'on-busybox');
    mkdirSync(folder);
    const head = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata: { name: 'on-busybox' } };
    writeFileSync(join(folder, 'berth.yaml'), JSON.stringify({ ...head, spec: { base_image: 'berth-testbed/apk' } }));
    chownSync(folder, 1000, 1000);
    const { project } = await bed.up(folder);
    const said = async (...args: readonly string[]) => (await bed.run(args)).stdout.trim();
    assert.equal(
      await said('exec', '-p', project.name, '--', 'sh', '-c', 'id -un; pwd; ls'),
      'dev\n/workspace\nberth.yaml',
    );
    assert.equal(
      await said('ssh', project.name, '--', 'id -un; echo $SHELL $PATH; git --version | cut -c1-3'),
      ['dev', '/bin/sh /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'git'].join('\n'),
    );
    const shell = await bed.terminal(['shell', project.name]);
    await shell.see(/\$ /);
    shell.type('echo $((40+2)) $0\nexit\n');
    await shell.see(/42 -?\/?(?:bin\/)?sh/);
    await shell.ended;
  });
});
