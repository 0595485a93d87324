import { arch, cpus, platform, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { run } from '../harness/exec';
import { REPOSITORY } from '../harness/paths';
import { Session } from '../harness/session';
import { measureBuilds } from './builds';
import { measureCommands } from './commands';
import { overBudget, publish, table } from './page';

/** The groups of the benchmark; each measures on an engine of its own and gives a table. */
const parts = { commands: measureCommands, builds: measureBuilds } as const;

/** What the figures were taken on: they mean something beside each other alone. */
function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores, ${memory} GB, ${platform()} ${release()} ${arch()}, Node ${process.version}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '3' },
      'dry-run': { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');
  const wanted = Object.entries(parts).filter(([name]) => positionals.length === 0 || positionals.includes(name));
  if (wanted.length === 0) throw new Error(`There are ${Object.keys(parts).join(', ')}`);
  const session = new Session();
  try {
    // As it is packed: what is not minified takes longer to load.
    await run(process.execPath, ['esbuild.mjs', '--production'], { cwd: REPOSITORY });
    const over: string[] = [];
    for (const [name, measure] of wanted) {
      const { engine, comparisons } = await measure(session, rounds);
      const facts = `${machine()}, Engine ${engine}; ${rounds} rounds, all in one run on one engine.`;
      const text = `${table(comparisons)}\n\n${facts}`;
      console.log(`\n${text}\n`);
      if (!values['dry-run']) await publish(name, text);
      over.push(...overBudget(comparisons));
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
