import { oldestApi } from '../engine/connect';
import type { DiskSpace, DoctorCheck, DoctorFacts, DoctorReport, Finding, FindingLevel } from './types';

const GIB = 1024 ** 3;

/** `engines.node` of the package. */
const oldestNode = '20.19.0';

function finding(check: DoctorCheck, level: FindingLevel, message: string, mend?: string): Finding {
  return { check, level, message, ...(mend === undefined ? {} : { mend }) };
}

/** Whether dotted number `a` is below `b`; letters after a part are passed over. */
function below(a: string, b: string): boolean {
  const parts = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let index = 0; index < right.length; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Judges what was found. Pure: the same facts, the same report. */
export function judge(facts: DoctorFacts): DoctorReport {
  const findings = [
    ...engineFindings(facts),
    ...homeFindings(facts),
    below(facts.nodeVersion, oldestNode)
      ? finding('node', 'fail', `Node ${facts.nodeVersion} runs Berth.`, `Install Node ${oldestNode} or later.`)
      : finding('node', 'ok', `Node ${facts.nodeVersion} runs Berth.`),
    facts.sshVersion === null
      ? finding('ssh_client', 'fail', 'There is no ssh on the PATH.', 'Install OpenSSH: the package openssh-client.')
      : finding('ssh_client', 'ok', `${facts.sshVersion} is on the PATH.`),
    ...editorFindings(facts),
    sshConfigFinding(facts),
  ];
  return { findings, healthy: findings.every(({ level }) => level !== 'fail') };
}

function engineFindings({ engine, engineDisk }: DoctorFacts): Finding[] {
  if (engine.kind === 'failed') {
    const tried = engine.tried.map(({ endpoint, problem }) => `${endpoint.url} (${endpoint.source}): ${problem}`);
    const message = [engine.error.message, ...(tried.length === 0 ? [] : [`Tried: ${tried.join('; ')}`])].join(' ');
    return [finding('engine', 'fail', message, engine.error.hint ?? 'Start Docker or Podman, or set DOCKER_HOST.')];
  }
  const { info } = engine;
  const name = info.flavour === 'podman' ? 'Podman' : 'Docker Engine';
  return [
    finding(
      'engine',
      'ok',
      `${name} ${info.version} answers at ${info.endpoint.url}, found by ${info.endpoint.source}${info.local ? '' : '; it sees no folders of this machine'}.`,
    ),
    below(info.apiVersion, oldestApi)
      ? finding('api_version', 'fail', `It speaks API ${info.apiVersion}.`, `Update it: Berth needs ${oldestApi}.`)
      : finding('api_version', 'ok', `It speaks API ${info.apiVersion}.`),
    info.buildkit
      ? finding('buildkit', 'ok', 'It builds with BuildKit.')
      : finding(
          'buildkit',
          'warn',
          'It has no BuildKit: builds work, without cache mounts.',
          'Update the engine to get faster builds.',
        ),
    finding(
      'rootless',
      'ok',
      info.rootless ? 'It runs rootless: root in a container is you outside.' : 'It runs as root.',
    ),
    diskFinding(
      'engine_disk',
      engineDisk,
      `the engine’s data (${info.dataRoot})`,
      [20, 2],
      'berth rm what you no longer use, or docker system prune',
    ),
  ];
}

function homeFindings({ home }: DoctorFacts): Finding[] {
  const disk = diskFinding('home_disk', home.disk, 'Berth’s home', [1, 0.1], 'make room on that disk');
  if (home.problem === null) return [finding('home', 'ok', `Berth’s home is ${home.dir}.`), disk];
  const mend = 'Make it writable for you, or set BERTH_HOME to a folder that is.';
  return [finding('home', 'fail', `Berth’s home ${home.dir} cannot be written to: ${home.problem}.`, mend), disk];
}

function diskFinding(
  check: DoctorCheck,
  disk: DiskSpace | null,
  of: string,
  [warnGib, failGib]: readonly [number, number],
  mend: string,
): Finding {
  if (disk === null) return finding(check, 'ok', `The disk of ${of} cannot be looked at from here.`);
  const free = disk.freeBytes / GIB;
  const message = `${free.toFixed(1)} of ${(disk.totalBytes / GIB).toFixed(1)} GiB are free for ${of}.`;
  const level = free < failGib ? 'fail' : free < warnGib && disk.freeBytes < disk.totalBytes * 0.15 ? 'warn' : 'ok';
  return level === 'ok' ? finding(check, level, message) : finding(check, level, message, `To mend it: ${mend}.`);
}

function editorFindings({ editors }: DoctorFacts): Finding[] {
  if (editors.length === 0) {
    const mend = 'Install VS Code or Cursor and its shell command; the command line works without.';
    return [finding('editor', 'warn', 'No editor was found.', mend)];
  }
  const places = editors.map(({ name, command }) => (command === null ? name : `${name} (${command})`));
  return [
    finding('editor', 'ok', `Found ${places.join(', ')}.`),
    ...editors.map(({ name, provider, suggestedProvider }) =>
      provider === null
        ? finding(
            'remote_ssh',
            'warn',
            `${name} has no Remote-SSH extension, so Open cannot open a window in a container.`,
            `Install ${suggestedProvider} in ${name}.`,
          )
        : finding('remote_ssh', 'ok', `${name} has ${provider}.`),
    ),
  ];
}

function sshConfigFinding({ sshConfig }: DoctorFacts): Finding {
  if (sshConfig === null)
    return finding('ssh_config', 'warn', 'Your SSH config could not be read.', 'Look at its permissions.');
  if (sshConfig.installed) return finding('ssh_config', 'ok', `${sshConfig.userConfig} includes Berth’s hosts.`);
  return finding(
    'ssh_config',
    'ok',
    `${sshConfig.userConfig} does not include Berth’s hosts; "berth ssh-config install" adds them, or the first Open does.`,
  );
}
