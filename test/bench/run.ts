import './as-shipped';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { run } from '../harness/exec';
import { REPOSITORY } from '../harness/paths';
import { Session } from '../harness/session';
import { writeChart } from './chart';
import { expectPlaces, overBudget, publish, tables } from './page';
import { Bench } from './suite';
import { suites } from './suites';

/** What the figures were taken on: they mean something beside each other alone. */
function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${memory} GB, ${platform()} ${release()} ${arch()}, Node ${process.version}`;
}

const help = `npm run bench -- [SUITE…] [--rounds N] [--check] [--dry-run] [--engine unix://…]

${Object.entries(suites)
  .map(([name, { about }]) => `  ${name.padEnd(10)} ${about}`)
  .join('\n')}

  --rounds N   how often what takes a second is done (3); quick things are done many times as often
  --check      fail where a budget does not hold
  --dry-run    leave docs/benchmarks.md alone
  --engine     try rows out on an engine that runs; else a private one is started`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      engine: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');
  const unknown = positionals.find((name) => suites[name] === undefined);
  if (unknown !== undefined) throw new Error(`There is no suite ${unknown}\n\n${help}`);
  const wanted = Object.entries(suites).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  // Found out now, not after an hour of measuring.
  if (!values['dry-run']) await expectPlaces(wanted.map(([name]) => name));
  // Makes every start of a Node 20 more than twice as long, ours and theirs, and hardly any machine has it.
  delete process.env['NODE_EXTRA_CA_CERTS'];
  const session = new Session();
  const bench = new Bench(session, rounds, values.engine);
  try {
    // As it is packed: what is not minified takes longer to load.
    await run(process.execPath, ['esbuild.mjs', '--production'], { cwd: REPOSITORY });
    const over: string[] = [];
    for (const [name, suite] of wanted) {
      const began = Date.now();
      const measured = await suite.measure(bench);
      const seconds = ((Date.now() - began) / 1000).toFixed(0);
      const facts = `${machine()}, Engine ${measured.engine}; ${rounds} rounds, ${seconds} s, all in one run.`;
      const text = `${tables(measured)}\n\n${facts}`;
      console.log(`\n${text}\n`);
      if (!values['dry-run']) await publish(name, text);
      if (!values['dry-run'] && suite.chart) await writeChart(name, measured.comparisons ?? []);
      over.push(...overBudget(measured));
    }
    for (const line of over) console.log(`✖ over its budget: ${line}`);
    if (values.check && over.length > 0) throw new Error(`${over.length} budgets do not hold`);
  } finally {
    await session.end();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
