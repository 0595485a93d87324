import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { offersOf, type OfferFacts } from '../../../src/core/engine/offers';
import { chosenEndpoint } from '../../../src/core/engine/endpoints';
import { engineChoices } from '../../../src/editor/rows/engine-look';

const config = '/home/ann/.docker';
const meta = `${config}/contexts/meta`;
const key = (name: string): string => createHash('sha256').update(name).digest('hex');

/** A machine with these contexts and sockets. */
function machine(
  hosts: Readonly<Record<string, string>>,
  sockets: readonly string[],
  { env = {}, current }: { env?: Record<string, string>; current?: string } = {},
): OfferFacts {
  const files = new Map([[`${config}/config.json`, JSON.stringify({ currentContext: current })]]);
  for (const [Name, Host] of Object.entries(hosts)) {
    files.set(`${meta}/${key(Name)}/meta.json`, JSON.stringify({ Name, Endpoints: { docker: { Host } } }));
  }
  files.set(`${meta}/torn/meta.json`, '{');
  return {
    ...{ env, platform: 'linux', home: '/home/ann', uid: 1000, readText: (path) => files.get(path) ?? null },
    names: (folder) => (folder === meta ? [...Object.keys(hosts).map(key), 'torn'] : []),
    exists: (path) => sockets.includes(path),
  };
}

describe('engine: what may be chosen', () => {
  const facts = machine({ far: 'ssh://ann@far', near: 'unix:///near.sock' }, ['/var/run/docker.sock'], {
    current: 'near',
  });

  it('is every context, the current one first, and the sockets that are there', () => {
    const { offers, automatic } = offersOf(facts);
    assert.deepEqual(
      offers.map(({ engine, endpoint }) => [engine, endpoint.url, endpoint.source]),
      [
        ['near', 'unix:///near.sock', 'context near, the current one'],
        ['far', 'ssh://ann@far', 'context far'],
        ['unix:///var/run/docker.sock', 'unix:///var/run/docker.sock', 'Docker Engine'],
      ],
    );
    assert.equal(automatic?.url, 'unix:///near.sock');
  });

  it('is each engine once, by what comes first', () => {
    const env = { DOCKER_HOST: 'unix:///var/run/docker.sock' };
    const { offers, automatic } = offersOf(
      machine({ same: 'unix:///var/run/docker.sock' }, ['/var/run/docker.sock'], { env }),
    );
    assert.deepEqual(
      offers.map(({ endpoint }) => endpoint.source),
      ['DOCKER_HOST'],
    );
    assert.equal(automatic?.source, 'DOCKER_HOST');
  });

  it('is told with the one that was chosen and the one in use, also where it is not found', () => {
    const choices = engineChoices(offersOf(facts), 'far', 'unix:///near.sock');
    assert.deepEqual(
      choices.map(({ label, icon }) => `${icon} ${label}`),
      ['server-environment Automatic', 'server-environment near', 'check far', 'server-environment Docker Engine'],
    );
    assert.equal(choices[0]?.detail, 'As context near says: unix:///near.sock');
    assert.deepEqual(
      [choices[1]?.description, choices[1]?.detail],
      ['unix:///near.sock · in use', 'Docker context, the current one'],
    );
    const own = engineChoices(offersOf(machine({}, [])), 'ssh://ann@gone');
    assert.deepEqual(
      own.map(({ engine, detail }) => [engine, detail]),
      [
        ['', 'The first of the usual sockets that answers'],
        ['ssh://ann@gone', 'Chosen by the setting berth.engine'],
      ],
    );
  });

  it('is taken by its address or its context’s name, whatever the environment says', () => {
    const by = 'the setting berth.engine';
    const busy = { ...facts, env: { DOCKER_HOST: 'unix:///other.sock' } };
    assert.deepEqual(chosenEndpoint({ engine: 'ssh://x', by }, busy), {
      kind: 'named',
      endpoint: { url: 'ssh://x', source: by },
    });
    assert.deepEqual(chosenEndpoint({ engine: 'far', by }, busy), {
      kind: 'named',
      endpoint: { url: 'ssh://ann@far', source: `context far (${by})` },
    });
    assert.equal(chosenEndpoint({ engine: 'none', by }, busy).kind, 'broken');
    assert.equal(chosenEndpoint({ engine: 'default', by }, busy).kind, 'search');
  });
});
