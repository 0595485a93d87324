import { join } from 'node:path';
import { createHome } from '../core/home';
import type { BuildQuestion } from '../core/projects/build-memory-file';
import { recallBuild } from '../core/projects/recall-build';
import { installation } from './installation';
import { builtJson, builtText } from './render/built';
import { brokenPipeCode, flush, onBrokenPipe, type Streams } from './streams';

/** What is asked of `build` by a command line that any other word would make too much of; null for any other. Pure. */
export function plainBuild([verb, ...words]: readonly string[]): {
  readonly template: string;
  readonly json: boolean;
} | null {
  const [template, ...more] = words.filter((word) => word !== '--json');
  if (verb !== 'build' || template === undefined || template === '' || template.startsWith('-')) return null;
  return more.length > 0 ? null : { template, json: words.includes('--json') };
}

/** Who asks for a template's build in this process. */
export function buildQuestion(template: string, folder: string, env: BuildQuestion['env']): BuildQuestion {
  // The text of the entry stands for all that it can load.
  const program = join(__dirname, 'cli.js');
  return { home: createHome(env), env, installation: installation(), program, folder, template };
}

/**
 * Answers a command line by what is remembered, before anything that could do the work is loaded.
 * @returns the exit code; null where the work has to be done
 */
export async function runRemembered(argv: readonly string[], streams: Streams): Promise<number | null> {
  const began = performance.now();
  const asked = plainBuild(argv);
  if (asked === null) return null;
  const built = await recallBuild(buildQuestion(asked.template, process.cwd(), process.env));
  if (built === null) return null;
  const output = { broken: false };
  onBrokenPipe(streams, () => (output.broken = true));
  const result = { kind: 'built', built, ms: performance.now() - began } as const;
  const text = asked.json ? JSON.stringify({ schema: 1, outcome: 'ok', ...builtJson(result) }) : builtText(result);
  streams.stdout.write(`${text}\n`);
  await flush(streams);
  return output.broken ? brokenPipeCode : 0;
}
