import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { judgeBatch, type Tally } from './batch';

/** `npm run fuzz -- [--count N] [--seed N] [--only INDEX]`: judges documents in processes of their own, so that even one that hangs is named. */

/** A document that takes this long, in milliseconds, is not slow but hangs. */
const hangMs = 30_000;

type Message = { readonly at: number } | { readonly tally: Tally };

/** Judges a part of the run in another process. A hang is a failure of the document that it happened at. */
function judgeApart(seed: number, from: number, to: number): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, ['--worker', String(seed), String(from), String(to)], {
      execArgv: process.execArgv,
    });
    let at = from;
    let since = Date.now();
    const watch = setInterval(() => {
      if (Date.now() - since < hangMs) return;
      child.kill('SIGKILL');
      reject(new Error(`Document ${at} hangs: npm run fuzz -- --seed ${seed} --only ${at}`));
    }, 1000);
    child.on('message', (message: Message) => {
      if ('tally' in message) resolve(message.tally);
      else [at, since] = [message.at, Date.now()];
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(watch);
      reject(new Error(`Judging ended with ${code} at document ${at}: npm run fuzz -- --seed ${seed} --only ${at}`));
    });
  });
}

async function work(seed: number, from: number, to: number): Promise<void> {
  const tell = (message: Message) => process.send?.(message);
  tell({ tally: await judgeBatch({ seed, from, to, onDocument: (at) => tell({ at }) }) });
  process.disconnect();
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      count: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
      only: { type: 'string' },
      worker: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.worker === true) {
    const [seed = 0, from = 0, to = 0] = positionals.map(Number);
    await work(seed, from, to);
    return 0;
  }
  const seed = Number(values.seed);
  const first = values.only === undefined ? 0 : Number(values.only);
  const count = values.only === undefined ? Number(values.count) : 1;
  if (![seed, first, count].every((number) => Number.isSafeInteger(number) && number >= 0) || count < 1) {
    throw new Error('--seed, --count and --only take whole numbers');
  }
  console.log(`fuzz: ${count} documents, seed ${seed}`);
  const begun = performance.now();
  const jobs = Math.min(availableParallelism(), 8, count);
  const bounds = Array.from({ length: jobs + 1 }, (_, job) => first + Math.round((count * job) / jobs));
  const tallies = await Promise.all(bounds.slice(1).map((to, job) => judgeApart(seed, bounds[job] ?? first, to)));
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const slowest = tallies.map((tally) => tally.slowest).reduce((one, other) => (other.ms > one.ms ? other : one));
  const failures = tallies.flatMap((tally) => tally.failures);
  for (const { index, kind, reason, content } of failures.slice(0, 10)) {
    console.log(
      `\n✖ document ${index} (${kind}): npm run fuzz -- --seed ${seed} --only ${index}\n${reason}\n--- it begins:\n${content}`,
    );
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `fuzz: seed ${seed}: ${sum((tally) => tally.documents)} documents in ${seconds} s: ${sum((tally) => tally.resolved)} resolved ` +
      `(${sum((tally) => tally.words)} words read by a real shell), the rest refused with ${sum((tally) => tally.problems)} errors; ` +
      `slowest ${Math.round(slowest.ms)} ms (document ${slowest.index}); ${failures.length} failed`,
  );
  return failures.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
