import { createCore } from '../../src/core';
import { silentLogger } from '../../src/core/log';

/** What a watching process says of itself over a while. Cpu in milliseconds of one core, memory in bytes. */
export interface Watched {
  readonly cpuMs: number;
  readonly elapsedMs: number;
  /** What the process has taken more than before it made a core. */
  readonly memoryBytes: number;
}

/**
 * Watches over projects and their health as an editor's window does, with a Line to the project whose folder is given:
 * `HOME ENGINE INSTALLATION FOLDER`. Says `watching` once it is the monitor and sees so many projects as it is told, and
 * answers each number of milliseconds with what it took in that time.
 */
async function main([home, engineUrl = '', installation = '', folder = ''] = process.argv.slice(2)): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const env = { ...process.env, BERTH_HOME: home };
  const core = createCore({ log: silentLogger, actor: 'user', env, installation, engineUrl });
  const line = await core.projects.line(await core.projects.find(folder, '/'));
  await line.connect();
  core.projects.watch();
  core.health.watch();
  process.on('message', (ms: number) => {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    setTimeout(() => {
      const { user, system } = process.cpuUsage(cpu);
      const memoryBytes = process.memoryUsage().rss - before;
      const elapsedMs = performance.now() - began;
      process.send?.({ cpuMs: (user + system) / 1000, elapsedMs, memoryBytes } satisfies Watched);
    }, ms);
  });
  const look = setInterval(() => {
    if (!core.health.isMonitor) return;
    clearInterval(look);
    process.send?.('watching');
  }, 100);
}

void main();
