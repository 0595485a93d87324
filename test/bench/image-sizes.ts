import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngineConnection, type Engine } from '../../src/core/engine';
import { silentLogger } from '../../src/core/log';
import { createTemplates } from '../../src/core/templates';
import { startEngine } from '../harness/engine';
import { ensureBaseImages } from '../harness/images';
import { REPOSITORY } from '../harness/paths';
import { Session } from '../harness/session';
import { STANDINS } from '../harness/standins';
import { publish } from './page';

/** What the whole image may take, in bytes; templates without one are as large as what they bring. */
const limits: Readonly<Record<string, number>> = { base: 800e6, node: 1.2e9, python: 1.5e9, go: 1.3e9, rust: 2.5e9 };

/** What `base` may add to its base image. */
const mostAdded = 80e6;

interface Measured {
  readonly name: string;
  readonly baseImage: string;
  /** Bytes, uncompressed, as the engine counts them. */
  readonly whole: number;
  readonly added: number;
  readonly seconds: number;
}

/**
 * Measures each built-in template on an engine of its own, with nothing but the base images there: how large its image
 * is, and how long its first build takes. Writes the table in docs/templates.md. `npm run measure:images [NAME…]` prints
 * some of them and leaves the page alone.
 */
async function main(names: readonly string[]): Promise<void> {
  const builtInDir = join(REPOSITORY, 'templates');
  const all = (await readdir(builtInDir)).map((file) => file.replace(/\.yaml$/, '')).sort();
  const session = new Session();
  try {
    const own = await session.keep(await startEngine());
    const bases = STANDINS.map(({ name }) => name).filter((name) => !name.startsWith('berth-testbed/'));
    await ensureBaseImages(own.socket, { log: session.say, signal: session.signal, pull: true, names: bases });
    const connection = createEngineConnection({ env: {}, log: silentLogger, url: own.socket });
    await session.keep({
      dispose: () => {
        connection.dispose();
        return Promise.resolve();
      },
    });
    const engine = await connection.get();
    const measured: Measured[] = [];
    for (const name of names.length === 0 ? all : names) {
      session.say(`image of ${name}`);
      measured.push(await measure(engine, builtInDir, name));
    }
    const text = `${table(measured)}\n\nEngine ${engine.info.version}, first builds, one after the other on one engine.`;
    console.log(`\n${text}\n`);
    if (names.length === 0) await publish('image sizes', text, join(REPOSITORY, 'docs/templates.md'));
    const over = measured.filter((image) => image.whole > (limits[image.name] ?? Infinity) || addsTooMuch(image));
    if (over.length > 0) throw new Error(`over the limit: ${over.map(({ name }) => name).join(', ')}`);
  } finally {
    await session.end();
  }
}

function addsTooMuch({ name, added }: Measured): boolean {
  return name === 'base' && added > mostAdded;
}

async function measure(engine: Engine, builtInDir: string, name: string): Promise<Measured> {
  const templates = createTemplates({ builtInDir, userDir: join(builtInDir, 'none') });
  const plan = templates.plan(await templates.resolve(name), { uid: 1000, gid: 1000, buildkit: engine.info.buildkit });
  const bytes = async (image: string) => (await engine.inspectImage(image))?.sizeBytes ?? Number.NaN;
  const { tag, dockerfile, context, buildArgs, baseImage } = plan;
  const started = performance.now();
  await engine.buildImage({ tag, dockerfile, context, buildArgs, labels: {}, noCache: true }, () => undefined);
  const seconds = (performance.now() - started) / 1000;
  const whole = await bytes(tag);
  return { name, baseImage, whole, added: whole - (await bytes(baseImage)), seconds };
}

function table(images: readonly Measured[]): string {
  const rows = images.map(({ name, baseImage, whole, added, seconds }) => {
    const limit = limits[name];
    const most = name === 'base' ? ` (at most ${size(mostAdded)})` : '';
    return [
      ...[`\`${name}\``, `\`${baseImage}\``, `${size(added)}${most}`, size(whole)],
      ...[limit === undefined ? '' : size(limit), `${seconds.toFixed(0)} s`],
    ];
  });
  const head = [
    '| template | base image | adds | whole image | limit | first build |',
    '| --- | --- | ---: | ---: | ---: | ---: |',
  ];
  return [...head, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
