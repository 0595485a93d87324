import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Api } from '../../../src/core/engine/api';
import { buildImage } from '../../../src/core/engine/build';
import { createClient } from '../../../src/core/engine/client';
import { BerthError } from '../../../src/core/errors';
import type { ProgressEvent } from '../../../src/core/log';
import { fetchNewerBase } from '../../../src/core/refresh/newer-base';
import { base, Bench } from './fixture';
import { RegistryBed } from './registry-bed';

/** What a failed pull said, all of it: for a look at what must not be in there. */
async function failure(work: Promise<unknown>): Promise<{ readonly error: BerthError; readonly all: string }> {
  const error: unknown = await work.then(
    () => assert.fail('it went through'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BerthError, inspect(error));
  return { error, all: inspect(error, { depth: 9, showHidden: true }) };
}

/** The last news of a transfer: every layer is over, and the large one was counted byte by byte. */
function isComplete(last: Extract<ProgressEvent, { kind: 'pull' | 'push' }> | undefined): void {
  assert.ok(last !== undefined && last.layers.total > 1);
  assert.equal(last.layers.done, last.layers.total);
  assert.equal(last.bytes.done, last.bytes.total);
  assert.ok(last.bytes.total > 2_900_000, String(last.bytes.total));
}

describe('engine: a registry with a password', () => {
  let bed: RegistryBed;
  let bench: Bench;
  let image: string;
  const right = () => ({ auths: { [bed.registry.host]: { auth: bed.encoded() } } });

  before(async () => {
    [bed, bench] = await Promise.all([RegistryBed.open(), Bench.open()]);
    image = `${bed.registry.host}/berth/private:1`;
    const request = { context: [], buildArgs: {}, labels: bench.labels, noCache: false };
    const dockerfile = `FROM ${base}\nRUN head -c 3000000 /dev/urandom >/big && echo ${bench.mark} >/small\n`;
    // By the builder that has no cache of its own: what it made goes with the image and has to be fetched again.
    const { info } = bench.engine;
    const api = new Api(await createClient(info.endpoint, info.apiVersion), info.endpoint);
    await buildImage(api, { ...info, buildkit: false }, { ...request, tag: image, dockerfile }, () => undefined);
    api.dispose();
  });
  after(async () => {
    for (const name of [image, `${bed.registry.host}/berth/from-private:1`]) await bench.engine.removeImage(name);
    await bench.close();
    await bed.close();
  });

  it('takes a push with the right password, and tells how far it is', async () => {
    const events: ProgressEvent[] = [];
    const engine = await bed.engine(right());
    const digest = await engine.pushImage(image, (event) => events.push(event));
    assert.match(digest ?? '', /^sha256:[0-9a-f]{64}$/);
    const news = events.flatMap((event) => (event.kind === 'push' ? [event] : []));
    isComplete(news.at(-1));
    assert.equal((await engine.inspectImage(image))?.digests[0], `${bed.registry.host}/berth/private@${digest}`);
  });

  it('gives it back to a pull, by tag and by digest, layer by layer and byte by byte', async () => {
    const events: ProgressEvent[] = [];
    const engine = await bed.engine(right());
    const before = await engine.inspectImage(image);
    assert.ok(before !== null);
    await engine.removeImage(image);
    await engine.pullImage(image, (event) => events.push(event));
    assert.equal((await engine.inspectImage(image))?.id, before.id);
    const news = events.flatMap((event) => (event.kind === 'pull' ? [event] : []));
    const last = news.at(-1);
    assert.equal(last?.image, image);
    isComplete(last);
    for (const { layers, bytes } of news) {
      assert.ok(layers.done <= layers.total && bytes.done <= bytes.total, inspect({ layers, bytes }));
    }
    await engine.pullImage(before.digests[0] ?? '', () => undefined);
  });

  it('tells what it has under a name without a transfer, and nothing where it cannot tell', async () => {
    const engine = await bed.engine(right());
    const there = await engine.registryDigest(image);
    assert.deepEqual((await engine.inspectImage(image))?.digests, [`${bed.registry.host}/berth/private@${there}`]);
    assert.equal(await (await bed.engine({})).registryDigest(image), null);
    assert.equal(await engine.registryDigest(`${bed.registry.host}/berth/nope:1`), null);
    assert.equal(await engine.registryDigest('localhost:1/nobody/here:1'), null);
  });

  it('gives a refresh the base image that it has got since, and one that it has not is used as it is', async () => {
    const engine = await bed.engine(right());
    const before = (await engine.inspectImage(image))?.id ?? '';
    const fetch = async () => {
      await fetchNewerBase(engine, image, () => undefined);
      return (await engine.inspectImage(image))?.id;
    };
    assert.equal(await fetch(), before);
    const request = { tag: image, dockerfile: `FROM ${before}\nLABEL newer=yes\n`, context: [], buildArgs: {} };
    const api = new Api(await createClient(engine.info.endpoint, engine.info.apiVersion), engine.info.endpoint);
    const more = { labels: bench.labels, noCache: false };
    const newer = await buildImage(api, { ...engine.info, buildkit: false }, { ...request, ...more }, () => undefined);
    api.dispose();
    await engine.pushImage(image, () => undefined);
    await engine.tagImage(before, image);
    assert.equal(await fetch(), newer);
    await engine.tagImage(before, image);
    await engine.pushImage(image, () => undefined);
    await engine.removeImage(newer);
  });

  // BuildKit takes no credentials without a session of its own: what a build is built on is pulled before it.
  it('lets the classic builder fetch what it builds on', async () => {
    const from = { tag: bench.tag(), dockerfile: `FROM ${image}\n`, bases: [image], noCache: false };
    const request = { ...from, context: [], buildArgs: {}, labels: bench.labels };
    const { info } = bench.engine;
    const api = new Api(await createClient(info.endpoint, info.apiVersion), info.endpoint);
    const build = async (config: object) => {
      const env = await bed.env(config);
      return buildImage(api, { ...info, buildkit: false }, request, () => undefined, undefined, env);
    };
    try {
      await bench.engine.removeImage(image);
      await assert.rejects(build({}), { code: 'image_not_found' });
      await build(right());
    } finally {
      api.dispose();
      await (await bed.engine(right())).pullImage(image, () => undefined);
    }
  });

  it('refuses a wrong password in words, with what to do', async () => {
    const wrong = `wr0ng-${bench.mark}`;
    const engine = await bed.engine({ auths: { [bed.registry.host]: { auth: bed.encoded(wrong) } } });
    const works = [() => engine.pullImage(image, () => undefined), () => engine.pushImage(image, () => undefined)];
    for (const work of works) {
      const { error, all } = await failure(work());
      assert.equal(error.code, 'registry_denied');
      assert.equal(error.message, `The registry of ${image} refuses the credentials that Docker's config has for it.`);
      assert.equal(error.hint, `Run \`docker login ${bed.registry.host}\`.`);
      assert.ok(!all.includes(wrong) && !all.includes(bed.encoded(wrong)), 'the password is in the error');
    }
  });

  it('asks for a login where there are no credentials', async () => {
    const engine = await bed.engine({});
    const { error } = await failure(engine.pullImage(image, () => undefined));
    assert.equal(error.code, 'registry_denied');
    assert.match(error.message, /wants a login, and Docker's config has no credentials for it\.$/);
    assert.equal(error.hint, `Run \`docker login ${bed.registry.host}\`.`);
  });

  it('takes them from the registry’s own credential helper before the store for all', async () => {
    const answer = JSON.stringify({ ServerURL: 'x', Username: bed.registry.username, Secret: bed.registry.password });
    const script = `[ "$1" = get ] && [ "$(cat)" = ${bed.registry.host} ] && cat <<'EOF'\n${answer}\nEOF`;
    const config = { credsStore: 'nowhere', credHelpers: { [bed.registry.host]: 'own' } };
    await (await bed.engine(config, { own: script })).pullImage(image, () => undefined);
  });

  it('takes the file’s where the store has none', async () => {
    const script = `cat >/dev/null; echo 'credentials not found in native keychain'; exit 1`;
    await (await bed.engine({ ...right(), credsStore: 'empty' }, { empty: script })).pullImage(image, () => undefined);
  });

  const broken: Readonly<Record<string, readonly [script: string | undefined, problem: RegExp]>> = {
    'that is missing': [undefined, /^docker-credential-own is not on the PATH/],
    'that fails': ['echo secret-of-the-helper; exit 3', /^docker-credential-own ended with exit code 3/],
    'that talks nonsense': ['echo secret-of-the-helper', /^docker-credential-own answered with something else/],
    'that hangs': ['exec sleep 600', /^docker-credential-own did not answer in 10 seconds/],
  };
  for (const [what, [script, problem]] of Object.entries(broken)) {
    it(`goes on without a helper ${what}, and tells so where a login is wanted`, async () => {
      const engine = await bed.engine({ credsStore: 'own' }, script === undefined ? {} : { own: script });
      const notices: string[] = [];
      const { error, all } = await failure(
        engine.pullImage(image, (event) => event.kind === 'notice' && notices.push(event.message)),
      );
      assert.equal(error.code, 'registry_denied');
      assert.match(error.hint ?? '', problem);
      assert.match(notices.join(), problem);
      assert.ok(!`${all}${notices.join()}`.includes('secret-of-the-helper'));
    });
  }

  it('lets a hanging helper go when the pull is cancelled', async () => {
    const engine = await bed.engine({ credsStore: 'own' }, { own: 'exec sleep 600' });
    const stop = new AbortController();
    const pulling = engine.pullImage(image, () => undefined, stop.signal);
    stop.abort();
    await assert.rejects(pulling, { name: 'AbortError' });
  });

  it('says so when Docker’s config is broken', async () => {
    const engine = await bed.engine(`{ "auths": ${bed.encoded()} `);
    const { error, all } = await failure(engine.pullImage(image, () => undefined));
    assert.match(error.hint ?? '', /config\.json is not JSON: mend that, or run `docker login/);
    assert.ok(!all.includes(bed.encoded()));
  });

  it('shows the password in no log', async () => {
    await (await bed.engine(right())).pullImage(image, () => undefined);
    const all = bed.logged.join('\n');
    const secrets = [bed.registry.password, bed.encoded()];
    const sent = Buffer.from(JSON.stringify({ username: bed.registry.username }))
      .toString('base64')
      .slice(0, 20);
    for (const secret of [...secrets, sent]) assert.ok(!all.includes(secret), 'a secret is in the log');
  });
});
