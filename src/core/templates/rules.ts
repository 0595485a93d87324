import type { ErrorDetail } from '../errors';
import type { TemplateSpec } from './schema';
import { isWithin, pathText, positionOf, type FieldPath, type Tree } from './tree';

interface Rule {
  /** The fields it looks at: where one of them is in doubt already, it keeps silent. */
  readonly fields: readonly FieldPath[];
  readonly check: (spec: TemplateSpec) => Breach[];
}

interface Breach {
  readonly path: FieldPath;
  readonly message: string;
  readonly expected: string;
}

const rules: readonly Rule[] = [
  {
    fields: [
      ['spec', 'base_image'],
      ['spec', 'dockerfile'],
      ['spec', 'image'],
    ],
    check: oneSource,
  },
  {
    fields: [
      ['spec', 'image'],
      ['spec', 'build_args'],
      ['spec', 'packages'],
      ['spec', 'run'],
      ['spec', 'agents'],
    ],
    check: prebuiltAsItIs,
  },
  {
    fields: [
      ['spec', 'user', 'sudo'],
      ['spec', 'security', 'no_new_privileges'],
    ],
    check: sudoNeedsPrivileges,
  },
  {
    fields: [
      ['spec', 'volumes'],
      ['spec', 'workspace', 'path'],
      ['spec', 'user', 'name'],
      ['spec', 'persist'],
    ],
    check: targetsApart,
  },
  {
    fields: [
      ['spec', 'persist'],
      ['spec', 'workspace', 'path'],
      ['spec', 'user', 'name'],
    ],
    check: keptOutsideWorkspace,
  },
  { fields: [['spec', 'ports']], check: portsApart },
  {
    fields: [
      ['spec', 'secrets'],
      ['spec', 'environment'],
    ],
    check: secretsWhole,
  },
];

/** What is wrong between fields that are right each for itself, with the place in the file that wrote them. */
export function crossFieldProblems(spec: TemplateSpec, tree: Tree, doubtful: ReadonlySet<string>): ErrorDetail[] {
  const doubts = [...doubtful];
  const inDoubt = (field: FieldPath) => {
    const text = pathText(field);
    return doubts.some((doubt) => isWithin(doubt, text) || isWithin(text, doubt));
  };
  return rules
    .filter(({ fields }) => !fields.some(inDoubt))
    .flatMap(({ check }) => check(spec))
    .map(({ path, message, expected }) => ({
      message: `${message}; expected ${expected}.`,
      path: pathText(path),
      expected,
      ...positionOf(tree, path),
    }));
}

function oneSource(spec: TemplateSpec): Breach[] {
  const expected = 'one of spec.base_image, spec.dockerfile and spec.image';
  const named = (['base_image', 'dockerfile', 'image'] as const).filter((key) => spec[key] !== undefined);
  if (named.length === 1) return [];
  if (named.length === 0) return [{ path: ['spec'], message: 'Nothing says what the image is built from', expected }];
  const last = named[named.length - 1] ?? 'image';
  const message = `${named.map((key) => `spec.${key}`).join(' and ')} are given together`;
  return [{ path: ['spec', last], message, expected: `${expected} (null drops an inherited one)` }];
}

/** A prebuilt image is run as it is; what would build on it has to say so by base_image. */
function prebuiltAsItIs({ image, build_args, packages, run, agents }: TemplateSpec): Breach[] {
  if (image === undefined) return [];
  const built: [string, readonly unknown[]][] = [
    ['build_args', Object.keys(build_args)],
    ...Object.entries(packages).map(([name, list]): [string, readonly unknown[]] => [`packages.${name}`, list]),
    ['run', run],
    ['agents', agents],
  ];
  return built
    .filter(([, list]) => list.length > 0)
    .map(([name]) => ({
      path: ['spec', ...name.split('.')],
      message: `spec.${name} has no effect on spec.image, which is run as it is`,
      expected: 'spec.base_image in place of spec.image, or none of this',
    }));
}

function sudoNeedsPrivileges({ user, security }: TemplateSpec): Breach[] {
  if (!user.sudo || !security.no_new_privileges) return [];
  return [
    {
      path: ['spec', 'user', 'sudo'],
      message: 'spec.user.sudo has no effect while no process may gain privileges',
      expected: 'spec.security.no_new_privileges: false beside it',
    },
  ];
}

function targetsApart({ volumes, workspace, user, persist }: TemplateSpec): Breach[] {
  const taken = new Map<string, string>([[workspace.path, 'the workspace']]);
  if (persist === 'home') taken.set(`/home/${user.name}`, 'the home folder that persist keeps');
  else if (persist !== 'none') for (const path of persist) taken.set(inHome(path, user.name), 'persist');
  return volumes.flatMap((volume, index) => {
    const path: FieldPath = ['spec', 'volumes', index, 'container'];
    const by = taken.get(volume.container);
    if (by === undefined) taken.set(volume.container, pathText(path));
    else return [{ path, message: `${volume.container} is mounted by ${by} already`, expected: 'a place of its own' }];
    return [];
  });
}

/** What `~` stands for, as far as a template tells: root's is known only with the folder's owner. */
const inHome = (path: string, name: string): string => (path.startsWith('~/') ? `/home/${name}${path.slice(1)}` : path);

/** The folder itself lasts already, on this machine or on the volume that stands for it. */
function keptOutsideWorkspace({ workspace, user, persist }: TemplateSpec): Breach[] {
  if (typeof persist === 'string') return [];
  return persist.flatMap((path, index): Breach[] => {
    const target = inHome(path, user.name);
    if (target !== workspace.path && !target.startsWith(`${workspace.path}/`)) return [];
    return [
      {
        path: ['spec', 'persist', index],
        message: `${path} lies in the workspace, which lasts already`,
        expected:
          'a folder elsewhere (spec.volumes with a volume keeps one in the workspace apart from the project’s folder)',
      },
    ];
  });
}

function portsApart({ ports }: TemplateSpec): Breach[] {
  const seen = new Map<number, number>();
  return ports.flatMap(({ port, host }, index) => {
    const path: FieldPath = ['spec', 'ports', index];
    const before = seen.get(port);
    seen.set(port, host);
    if (before === undefined || before === host) return [];
    return [{ path, message: `Port ${port} of the container is forwarded twice`, expected: 'each port once' }];
  });
}

function secretsWhole({ secrets, environment }: TemplateSpec): Breach[] {
  return Object.entries(secrets).flatMap(([name, secret]): Breach[] => {
    const path: FieldPath = ['spec', 'secrets', name];
    if (secret.as === 'file' && secret.path === undefined) {
      return [{ path, message: `The secret ${name} is a file without a place`, expected: 'path' }];
    }
    if (secret.as === 'env' && name in environment) {
      return [{ path, message: `${name} is in spec.environment too`, expected: 'it in one of the two' }];
    }
    return [];
  });
}
