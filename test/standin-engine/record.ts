import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createCore } from '../../src/core/create';
import { noProgress, silentLogger } from '../../src/core/log';
import { labels } from '../../src/core/model';
import { jsonLines } from '../../src/core/engine/lines';
import { REPOSITORY } from '../harness/paths';

/**
 * Records what the stand-in engine answers by, from a real engine: `DOCKER_HOST=unix:///… npx tsx
 * test/standin-engine/record.ts`. What is this machine's own is put in general words.
 */
async function main(): Promise<void> {
  const path = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];
  if (path === undefined) throw new Error('DOCKER_HOST names no socket of this machine');
  const ask = async (question: string) => json(await answer(path, question));
  const root = await mkdtemp(join(tmpdir(), 'record-'));
  const folder = join(root, 'project');
  await mkdir(folder);
  await chown(folder, 1000, 1000);
  await writeFile(
    join(folder, 'berth.yaml'),
    'apiVersion: devcontainer/v1\nkind: Template\nmetadata: { name: recorded, extends: base }\n',
  );
  const env = { ...process.env, BERTH_HOME: join(root, 'home') };
  const core = createCore({ log: silentLogger, actor: 'cli', env, installation: REPOSITORY });
  try {
    const events = new Map<string, unknown>();
    const heard = await answer(path, '/events');
    const hearing = (async () => {
      for await (const event of jsonLines(heard)) {
        const { Action, Type } = event as { Action: string; Type: string };
        if (Type === 'container' && ofOurs(event)) events.set(Action, event);
      }
    })().catch(() => undefined);
    const { row } = await core.projects.up(folder, {}, noProgress);
    const name = row.containerName;
    const filters = encodeURIComponent(JSON.stringify({ name: [name] }));
    const list = async () => ((await ask(`/containers/json?all=1&filters=${filters}`)) as unknown[])[0];
    const running = { listed: await list(), inspected: await ask(`/containers/${name}/json`) };
    await core.projects.stop(row);
    const exited = { listed: await list(), inspected: await ask(`/containers/${name}/json`) };
    await core.projects.remove(row, { purge: true });
    heard.destroy();
    await hearing;
    const answers = {
      version: await ask('/version'),
      info: await ask('/info'),
      running,
      exited,
      events: Object.fromEntries([...events].filter(([action]) => !action.startsWith('exec_'))),
    };
    const told = general(JSON.stringify(answers, withoutRepeats, 1), root);
    await writeFile(join(__dirname, 'answers.json'), `${told}\n`);
  } finally {
    core.dispose();
    await rm(root, { recursive: true, force: true });
  }

  function ofOurs(event: unknown): boolean {
    const { Actor } = event as { Actor?: { Attributes?: Record<string, string> } };
    return Actor?.Attributes?.[labels.folder] === folder;
  }
}

function answer(socketPath: string, path: string) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    get({ socketPath, path, servername: '' } as object, resolve).on('error', reject);
  });
}

/** Labels are with the list, once; those of the test bed's base images are no engine's. */
function withoutRepeats(key: string, value: unknown): unknown {
  if ((key !== 'Attributes' && key !== 'Labels') || typeof value !== 'object' || value === null) return value;
  const own = (name: string) => !name.startsWith(key === 'Attributes' ? 'dev.berth.' : 'dev.berth.testbed');
  return Array.isArray(value)
    ? (value as unknown[])
    : Object.fromEntries(Object.entries(value).filter(([name]) => own(name)));
}

/** This machine's names and folders in words that are any machine's. */
function general(text: string, root: string): string {
  const data = /"DockerRootDir": "([^"]+)"/.exec(text)?.[1] ?? '/var/lib/docker';
  const kernel = /"KernelVersion": "([^"]+)"/.exec(text)?.[1] ?? '';
  return text
    .replaceAll(root, '/home/dev')
    .replaceAll(data, '/var/lib/docker')
    .replaceAll(REPOSITORY, '/opt/berth')
    .replaceAll(kernel, '6.1.0-generic')
    .replace(/"Name": "[\w-]+",(?=\s*"Labels": \[\],\s*"ExperimentalBuild")/, '"Name": "engine",');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
