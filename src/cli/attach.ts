import type { CommandRunner, CommandSpec, RunningCommand, TerminalSize } from '../core/command';
import { DisposableStore } from '../core/lifetime';
import type { Context } from './command';
import { copyTo } from './copy';
import { terminalSize } from './terminal';

/** What it takes of the world. */
type Attached = Pick<Context, 'env' | 'signals' | 'streams'>;

/**
 * Runs a command in the container as if it ran here: our streams are its streams, our signals its signals.
 * @returns its exit code
 */
export async function attach(context: Attached, runner: CommandRunner, spec: CommandSpec): Promise<number> {
  const { streams, signals } = context;
  const running = await runner.run(spec, signals.abort);
  const attached = new DisposableStore();
  try {
    attached.add(signals.take(passOn(running)));
    streams.stdout.once('error', () => void running.cancel());
    if (spec.tty !== undefined) followTerminal(context, running, spec.tty, attached);
    if (spec.stdin === true && running.stdin !== undefined) feed(context, running.stdin, attached);
    const [exit] = await Promise.all([
      running.exit,
      copyTo(running.stdout, streams.stdout),
      copyTo(running.stderr, streams.stderr),
    ]);
    if (exit.timedOut) streams.stderr.write(`berth: timed out after ${(spec.timeoutMs ?? 0) / 1000} s\n`);
    return exit.timedOut ? 124 : exit.code;
  } finally {
    attached.dispose();
  }
}

/** The first signal goes to the command, which may handle it; the second ends it whatever it does. */
function passOn(running: RunningCommand): (name: string) => void {
  let before = false;
  return (name) => {
    if (before) void running.cancel().catch(() => undefined);
    else void running.signal(name.replace(/^SIG/, '')).catch(() => running.cancel().catch(() => undefined));
    before = true;
  };
}

function followTerminal(
  context: Attached,
  running: RunningCommand,
  given: TerminalSize,
  attached: DisposableStore,
): void {
  const { stdin, stdout } = context.streams;
  const resize = () => running.resize(terminalSize(context));
  stdout.on('resize', resize);
  // The window may have changed while the command was started.
  const { columns, rows } = terminalSize(context);
  if (columns !== given.columns || rows !== given.rows) resize();
  attached.add({ dispose: () => stdout.off('resize', resize) });
  if (!stdin.isTTY) return;
  // Keys, Ctrl-C among them, belong to the container's terminal.
  stdin.setRawMode(true);
  attached.add({ dispose: () => stdin.setRawMode(false) });
}

function feed({ streams: { stdin } }: Attached, to: NodeJS.WritableStream, attached: DisposableStore): void {
  // A command may end without reading all it is given.
  to.on('error', () => undefined);
  stdin.pipe(to);
  attached.add({
    dispose() {
      stdin.unpipe(to);
      stdin.pause();
    },
  });
}
