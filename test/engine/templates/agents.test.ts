import assert from 'node:assert/strict';
import { agentNames, agentTool } from '../../../src/core/agents/table';
import { TemplateBed } from './bed';

describe('agents, installed for real', function () {
  this.timeout(600_000);
  let bed: TemplateBed;
  before(async () => (bed = await TemplateBed.open()));
  after(() => bed.close());

  it('come to an image without Node.js too, which is brought along, and gh from the distribution', async () => {
    const built = await bed.build(await bed.plan({ spec: { agents: ['codex', 'gh'] } }));
    const { stdout, stderr } = await built.sh(
      'codex --version; gh --version; node --version; ls -A /mnt /var/cache/berth',
    );
    const lines = stdout.trim().split('\n');
    assert.match(lines[0] ?? '', /^codex-cli \d+\.\d+\.\d+/, stderr);
    assert.match(lines[1] ?? '', /^gh version /);
    const [, major] = /^v(\d+)\.\d+\.\d+\n\/mnt:\n\n?\/var\/cache\/berth:$/m.exec(stdout) ?? [];
    assert.ok(major !== undefined, `nothing is left behind: ${stdout}`);
    const wanted = agentNames.map((name) => agentTool(name).node ?? 0);
    assert.ok(Math.max(...wanted) <= Number(major), 'the Node.js that is brought along serves every tool');
  });

  it('say what an image needs where nothing can bring it', async () => {
    // On an image that has its base tools, there is nothing to download before the refusal.
    const { tag } = await bed.build(await bed.plan('base'));
    const planned = await bed.plan({ spec: { base_image: tag, agents: ['codex'] } }, { buildkit: false });
    await assert.rejects(bed.build(planned), /spec\.agents needs Node\.js in the image/);
  });
});
