import { createInterface } from 'node:readline';
import { isCancelled } from '../../core/errors';
import { nameOperand, type Command } from '../command';
import { copyTo } from '../copy';
import type { LogLine } from '../result';
import { serviceOption } from '../service-option';

export const logs: Command = {
  name: 'logs',
  synopsis: '[NAME] [-f] [--tail N] [--service S]',
  summary: 'what the container, or a service in it, wrote',
  listed: { call: 'logs|secrets …', summary: 'what it or a service wrote; its secrets by state' },
  operands: [nameOperand],
  options: [
    { flags: '-f, --follow', description: 'go on as more is written, until Ctrl-C; with --json, one object a line' },
    { flags: '--tail <N>', description: 'only the last N lines' },
    serviceOption,
  ],
  output: 'document',
  async run({ core, cwd, signals, streams, json }, { operands: [name], options }) {
    const follow = options.flag('follow');
    const tail = options.count('tail') ?? 'all';
    const { projects, services } = await core();
    const row = await projects.find(name, cwd, signals.abort);
    const service = options.text('service');
    const log = await (service === undefined
      ? projects.logs(row, { follow, tail }, signals.abort)
      : services.logs(row, service, { follow, tail }, signals.abort));
    const sources = [
      { stream: 'stdout', readable: log.stdout },
      { stream: 'stderr', readable: log.stderr },
    ] as const;
    const lines: LogLine[] = [];
    const keep = follow
      ? (line: LogLine) => void streams.stdout.write(`${JSON.stringify(line)}\n`)
      : (line: LogLine) => void lines.push(line);
    try {
      await Promise.all([
        ...sources.map(({ stream, readable }) =>
          json ? eachLine(readable, (text) => keep({ stream, text })) : copyTo(readable, streams[stream]),
        ),
        log.ended,
      ]);
    } catch (error) {
      // Following ends by Ctrl-C: that is how it is meant to end.
      if (!follow || !(isCancelled(error) || signals.abort.aborted)) throw error;
    }
    return json && !follow ? { kind: 'log_lines', lines } : { kind: 'exit', code: signals.exitCode ?? 0 };
  },
};

async function eachLine(input: NodeJS.ReadableStream, take: (text: string) => void): Promise<void> {
  for await (const text of createInterface({ input, crlfDelay: Infinity })) take(text);
}
