import * as z from 'zod';
import { capabilities } from './grammar';
import { commandText, duration, expectedIssue, flag, oneOf, percent, size, whole } from './schema-parts';
import { usualHealth as usual } from './usual-health';

const cpus = z
  .union([z.string(), z.number()], 'a number of cpus, such as 4 or 0.5')
  .transform((given, context): number => {
    const number = /^[0-9]{1,4}(?:\.[0-9]{1,3})?$/.test(String(given)) ? Number(given) : 0;
    // The engine takes no less than a hundredth of a cpu.
    if (number >= 0.01) return number;
    context.issues.push(expectedIssue('a number of cpus of at least 0.01, such as 4 or 0.5', given));
    return z.NEVER;
  });

const gpuText = 'none, all or a number of GPUs';
const gpus = z.union([z.string(), z.number()], gpuText).transform((given, context): 'none' | 'all' | number => {
  if (given === 'none' || given === 'all') return given;
  if (/^[1-9][0-9]?$/.test(String(given))) return Number(given);
  context.issues.push(expectedIssue(gpuText, given));
  return z.NEVER;
});

export const resources = z
  .strictObject(
    {
      cpus: cpus.prefault(4).describe('Cpus, also a fraction; clamped to what the engine has.'),
      // Less than 6 MiB is refused by the engine.
      memory: size(6 * 2 ** 20, '6m')
        .prefault('8g')
        .describe('Memory.'),
      pids: whole(16, 4_194_304).default(1000).describe('Processes and threads.'),
      shm: size().prefault('64m').describe('Size of /dev/shm.'),
      nofile: whole(64, 1_048_576).default(2048).describe('Open files a process.'),
      gpus: gpus.prefault('none').describe('GPUs: `none`, `all` or a number.'),
    },
    'a map of limits',
  )
  .prefault({})
  .describe('Limits that the engine enforces.');

export const health = z
  .strictObject(
    {
      command: commandText('a shell command')
        .optional()
        .describe('Run in the container; an exit code other than 0 is unhealthy. Besides Berth’s own checks.'),
      interval: duration(1000, '1s').prefault('60s').describe('Between two checks.'),
      timeout: duration(1000, '1s').prefault('10s').describe('For one check.'),
      retries: whole(1, 100).default(usual.retries).describe('Failures in a row that make it unhealthy.'),
      max_age: duration(60_000, '1m')
        .prefault(`${usual.maxAgeHours}h`)
        .describe('A container older than this is stale.'),
      max_disk: percent().prefault(`${usual.maxDiskPercent}%`).describe('Use of the disk above which it is degraded.'),
      max_memory: percent()
        .prefault(`${usual.maxMemoryPercent}%`)
        .describe('Use of its memory above which it is degraded.'),
      on_stale: oneOf('refresh', 'notify', 'off')
        .default(usual.onStale)
        .describe('`refresh` by itself only when idle and nothing would be lost.'),
      keep: duration().prefault(`${usual.keepHours}h`).describe('How long a replaced container can be rolled back to.'),
    },
    'a map of checks',
  )
  .prefault({})
  .describe('When a container is healthy, and what happens when it is not.');

const capability = z
  .string('a capability')
  .transform((text) => text.toUpperCase().replace(/^CAP_/, ''))
  .pipe(z.enum(capabilities, { error: 'a capability of Linux, such as SYS_PTRACE' }));

const allowedPath = z
  .string('an absolute path on this machine')
  .max(4096)
  .refine(
    (path) => /^(?:~?\/|[A-Za-z]:[\\/])[^\0\r\n]*$/.test(path),
    'an absolute path on this machine, or one below ~',
  );

export const security = z
  .strictObject(
    {
      cap_add: z
        .array(capability, 'a list of capabilities')
        .default([])
        .describe('Capabilities besides the few that sshd and the user switch need.'),
      no_new_privileges: flag().default(true).describe('No process can gain privileges; `user.sudo` needs false.'),
      read_only_root: flag()
        .default(false)
        .describe(
          'Whether the root file system is read-only; `/run`, `/tmp`, `/var/tmp`, the home and the mounts stay writable.',
        ),
      seccomp: z
        .string('default or the path of a profile')
        .regex(/^(?:default|unconfined|[^\0\r\n]{1,4090}\.json)$/, 'default, unconfined or the path of a .json profile')
        .default('default')
        .describe(
          'The engine’s `default` profile, `unconfined`, or the path of another, relative to the file that names it.',
        ),
      network: oneOf('full', 'none').default('full').describe('`none`: no network at all.'),
      allow_host_paths: z
        .array(allowedPath, 'a list of paths')
        .default([])
        .describe('Folders and files outside the project that volumes may mount, with all that lies in them.'),
    },
    'a map of security settings',
  )
  .prefault({})
  .describe('What the container may do.');
