import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { BuildRequest, Engine } from '../../../src/core/engine';
import { buildImage } from '../../../src/core/engine/build';
import { Api } from '../../../src/core/engine/api';
import { createClient } from '../../../src/core/engine/client';
import type { ProgressEvent } from '../../../src/core/log';
import { base, Bench } from './fixture';

/** Whether any process on this machine, the engine's builds among them, carries this text in its command line. */
function runsHere(text: string): boolean {
  return readdirSync('/proc').some((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

const builders = { BuildKit: true, 'the classic builder': false };

for (const [builder, buildkit] of Object.entries(builders)) {
  describe(`engine: build with ${builder}`, () => {
    let bench: Bench;
    let build: Engine['buildImage'];
    let api: Api;
    before(async () => {
      bench = await Bench.open();
      const { info } = bench.engine;
      api = new Api(await createClient(info.endpoint, info.apiVersion), info.endpoint);
      build = (request, progress, signal) => buildImage(api, { ...info, buildkit }, request, progress, signal);
    });
    after(async () => {
      api.dispose();
      await bench.close();
    });

    const request = (dockerfile: string, changes: Partial<BuildRequest> = {}): BuildRequest => ({
      tag: bench.tag(),
      dockerfile,
      context: [],
      buildArgs: {},
      labels: bench.labels,
      noCache: false,
      ...changes,
    });

    async function told(what: BuildRequest): Promise<{ readonly id: string; readonly events: ProgressEvent[] }> {
      const events: ProgressEvent[] = [];
      return { id: await build(what, (event) => events.push(event)), events };
    }

    it('tells steps, lines, and the cache, and makes the same image again', async () => {
      const nonce = randomBytes(6).toString('hex');
      const dockerfile = `FROM ${base}\nARG WHO\nCOPY f/a.txt /a.txt\nRUN echo "hello é $WHO ${nonce}"; echo aside >&2; cat /a.txt\nCMD ["x"]\n`;
      const context = [{ path: 'f/a.txt', content: 'from the context\n', mode: 0o600 }];
      const what = request(dockerfile, { context, buildArgs: { WHO: 'you' } });
      const first = await told(what);
      const lines = first.events.flatMap((event) => (event.kind === 'line' ? [`${event.stream} ${event.text}`] : []));
      for (const line of [`stdout hello é you ${nonce}`, 'stderr aside', 'stdout from the context']) {
        assert.ok(lines.includes(line), `${line} in ${lines.join('|')}`);
      }
      const steps = first.events.flatMap((event) => (event.kind === 'build_step' ? [event] : []));
      const run = steps.filter((step) => step.name.startsWith('RUN echo'));
      assert.deepEqual(
        run.map(({ status }) => status),
        ['started', 'done'],
      );
      assert.ok((run[1]!.ms ?? -1) >= 0);
      assert.ok(run.every(({ index, total }) => index > 1 && index <= total));

      const again = await told(what);
      assert.equal(again.id, first.id);
      const cached = again.events.find((event) => event.kind === 'build_step' && event.status === 'cached');
      assert.ok(cached !== undefined);
      assert.ok(!again.events.some((event) => event.kind === 'line' && event.text.includes(nonce)));

      const image = await bench.engine.inspectImage(what.tag);
      assert.equal(image?.id, first.id.startsWith('sha256:') ? first.id : image?.id);
      assert.equal(image?.labels['dev.berth.test'], bench.mark);
    });

    it('names the step that failed, with its last lines', async () => {
      const dockerfile = `FROM ${base}\nRUN apt-get install -y berth-no-such-package\n`;
      const events: ProgressEvent[] = [];
      await assert.rejects(
        build(request(dockerfile, { noCache: true }), (event) => events.push(event)),
        (error) => {
          assert.ok(error instanceof Error && 'code' in error && 'errors' in error);
          assert.equal(error.code, 'build_failed');
          assert.equal(error.message, 'The image build failed at apt: Unable to locate package berth-no-such-package.');
          const details = (error.errors as { message: string }[]).map(({ message }) => message);
          assert.match(details[0]!, /^step 2 of \d: RUN apt-get install/);
          assert.ok(details.some((line) => line.includes('Reading package lists')));
          return true;
        },
      );
      const last = events.filter((event) => event.kind === 'build_step').at(-1);
      assert.equal(last?.status, 'failed');
    });

    it('names a base image that is not there', async () => {
      await assert.rejects(told(request('FROM berth-test/nope:1\nRUN true\n')), {
        code: 'image_not_found',
        message: /^The image berth-test\/nope:1 /,
      });
    });

    it('tells a mistake in the Dockerfile', async () => {
      await assert.rejects(told(request(`FROM ${base}\nRUNN x\n`)), { code: 'build_failed', message: /RUNN/i });
    });

    it('ends the build on the engine when it is cancelled', async () => {
      const seconds = `77${Math.floor(Math.random() * 1e6)}`;
      const stop = new AbortController();
      const what = request(`FROM ${base}\nRUN echo up; sleep ${seconds}\n`);
      const building = build(
        what,
        (event) => {
          if (event.kind === 'line' && event.text === 'up') stop.abort();
        },
        stop.signal,
      );
      await assert.rejects(building, { name: 'AbortError' });
      const deadline = Date.now() + 10_000;
      while (runsHere(`sleep\0${seconds}`)) {
        assert.ok(Date.now() < deadline, 'the build’s process still runs');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal(await bench.engine.inspectImage(what.tag), null);
    });

    it('does not begin when it was cancelled before', async () => {
      const building = build(request(`FROM ${base}\n`), () => undefined, AbortSignal.abort());
      await assert.rejects(building, { name: 'AbortError' });
    });
  });
}
