import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { berthHomeDir } from '../core/home-dir';
import { keepCompiled } from '../core/compiled';

// Node 22 and later keep what they compiled for the next process, where they are told to; not in the folder for all users
// that they would take. What the launcher starts has a folder of its own in Berth's home, and goes away with it.
const { enableCompileCache } = nodeModule as { enableCompileCache?: (folder: string) => unknown };
const installed = existsSync(join(__dirname, 'templates'));
const compiled = join(installed ? __dirname : berthHomeDir(process.env, process.platform, homedir()), 'compiled');
enableCompileCache?.(compiled);

// Loaded after that. Streams are flushed in there; what a library may still hold open must not keep the process.
void main(process.argv.slice(2)).then((code) => process.exit(code));

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === 'build') {
    const known = await (await import('./remembered')).runRemembered(argv, process);
    if (known !== null) return known;
  }
  const [verb] = argv;
  if (verb === 'exec' || verb === 'ssh-proxy') {
    // Apart by verb, since each uses other functions of it.
    const keep: (() => void)[] = [];
    const load = <Part>(prefix: string, part: () => Promise<Part>): Promise<Part> => {
      if (enableCompileCache === undefined) keep.push(keepCompiled(prefix, join(compiled, verb)));
      return part();
    };
    const asked = await (await load('first-', () => import('./first'))).askFirst(argv);
    const code = await (await load('often-', () => import('./often'))).runOften(argv, process, asked);
    if (code !== null) {
      for (const write of keep) write();
      return code;
    }
  }
  return (await import('./run')).run(argv);
}
