import assert from 'node:assert/strict';
import { agentTool } from '../../../src/core/agents/table';
import { TemplateBed } from './bed';

describe('agents, installed for real', function () {
  this.timeout(600_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  it('come to an image without Node.js too, which is brought along, and gh from the distribution', async () => {
    const built = await bed.build(await bed.plan({ spec: { agents: ['gemini', 'gh'] } }));
    const { stdout, stderr } = await built.sh(
      'gemini --version; gh --version; npm --version; ls -A /mnt /var/cache/berth',
    );
    const lines = stdout.trim().split('\n');
    assert.match(lines[0] ?? '', /^\d+\.\d+\.\d+/, stderr);
    assert.match(lines[1] ?? '', /^gh version /);
    assert.match(stdout, /^\d+\.\d+\.\d+\n\/mnt:\n\n?\/var\/cache\/berth:$/m, 'nothing is left behind');
    assert.ok((agentTool('gemini').node ?? 0) <= 22);
  });

  it('say what an image needs where nothing can bring it', async () => {
    // On an image that has its base tools, there is nothing to download before the refusal.
    const { tag } = await bed.build(await bed.plan('base'));
    const planned = await bed.plan({ spec: { base_image: tag, agents: ['codex'] } }, { buildkit: false });
    await assert.rejects(bed.build(planned), /spec\.agents needs Node\.js in the image/);
  });
});
