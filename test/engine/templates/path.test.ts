import assert from 'node:assert/strict';
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
});
