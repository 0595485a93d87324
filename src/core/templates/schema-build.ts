import * as z from 'zod';
import {
  aptPackage,
  cargoPackage,
  containerPath,
  environmentKey,
  fits,
  goPackage,
  imageReference,
  npmPackage,
  persistPath,
  pipPackage,
  reservedUsers,
  userName,
} from './grammar';
import { commandText, flag, mapOf, named, namesOf, oneOf, readAs } from './schema-parts';

/** Folders of the system that a workspace or a volume cannot cover without breaking the container, or cannot lie in. */
const systemFolders =
  /^\/(?:bin|boot|dev|etc|lib|lib32|lib64|proc|root|run|sbin|sys|usr|usr\/(?:bin|lib|sbin)|var|var\/run|var\/lib|home|tmp)?\/?$/;
const insideSystem = /^\/(?:dev|proc|sys|run\/berth|run\/sshd)(?:\/|$)/;

/** A place for a mount: absolute, and none of the system's own folders. Without a slash at its end. */
export const mountTarget = () =>
  named(containerPath)
    .refine(
      (path) => !fits(containerPath, path) || !(systemFolders.test(path) || insideSystem.test(path)),
      'a folder of its own, not one of the system’s',
    )
    .transform((path) => path.replace(/\/$/, ''));

const value = z.union([z.string(), z.number(), z.boolean()], 'text, a number, true or false').transform(String);

export const environment = mapOf(environmentKey, value, 'a map of variable names to values')
  .default({})
  .describe(
    'Environment of the container: commands, terminals and services all see it. Numbers and booleans become text as written.',
  );

export const buildArgs = mapOf(
  environmentKey,
  // A Dockerfile knows no way to write a line end inside a value.
  value.refine((text) => !/[\r\n]/.test(text), 'a value in one line'),
  'a map of argument names to values',
)
  .default({})
  .describe(
    'Build arguments, seen by the build steps after the base tools. They stay in the image: no place for a secret.',
  );

export const packages = z
  .strictObject(
    {
      apt: namesOf(aptPackage)
        .default([])
        .describe('Debian packages, with `=version` if one is wanted. The base image must be of Debian’s family.'),
      pip: namesOf(pipPackage).default([]).describe('Python packages; the image must have `python3` with pip.'),
      npm: namesOf(npmPackage).default([]).describe('npm packages, installed globally; the image must have npm.'),
      cargo: namesOf(cargoPackage)
        .default([])
        .describe(
          'Crates whose programs are built and installed to `/usr/local/bin`; the image must have cargo and gcc.',
        ),
      go: namesOf(goPackage)
        .default([])
        .describe('Go packages whose programs are built and installed to `/usr/local/bin`; the image must have Go.'),
    },
    'a map of package managers to lists',
  )
  .prefault({})
  .describe('Packages, each list installed by its own manager.');

export const run = z
  .array(commandText('a shell command'), 'a list of shell commands')
  .default([])
  .describe('Extra build steps, run by `/bin/sh -e` as root, in order, after the packages.');

export const user = z
  .strictObject(
    {
      name: named(userName)
        .refine((name) => !reservedUsers.has(name), 'a name that the system does not use itself')
        .default('dev')
        .describe('Login name. A user of the image with the same UID is taken over under this name.'),
      sudo: flag()
        .default(false)
        .describe('Whether the user may become root by sudo. Needs `security.no_new_privileges: false`.'),
    },
    'a map of name and sudo',
  )
  .prefault({})
  .describe(
    'The login user. On a local Linux engine UID and GID follow the workspace folder’s owner (root’s folder: root), elsewhere 1000.',
  );

export const workspace = z
  .strictObject(
    {
      path: mountTarget().prefault('/workspace').describe('Where the project’s folder is in the container.'),
      mode: oneOf('bind', 'volume')
        .default('bind')
        .describe('`bind` mounts the folder itself, `volume` keeps a copy in a volume.'),
    },
    'a map of path and mode',
  )
  .prefault({})
  .describe('The project’s folder in the container.');

/** Names that are files by every habit; a mount or link cannot keep one whose owner replaces it by rename. */
const fileLike =
  /(?:\.(?:json|jsonc|ya?ml|toml|txt|log|db|sqlite3?|conf|cfg|ini|lock|env|sh|py|js|ts|md|pem|key)|\/\.(?:[a-z_]*history|gitconfig|npmrc|netrc|bashrc|zshrc|profile|bash_profile|zprofile|vimrc|viminfo|wget-hsts|pypirc|lesshst|pgpass))$/;

const persistFolder = named(persistPath)
  .refine((path) => !fileLike.test(path), 'a folder (a single file cannot be kept: persist the folder it lies in)')
  .refine(
    (path) => !(systemFolders.test(path) || insideSystem.test(path)),
    'a folder of its own, not one of the system’s',
  );

export const persist = readAs(z.union([z.enum(['home', 'none']), z.array(persistFolder)]))
  .transform((given, context): 'home' | 'none' | readonly string[] => {
    if (given === 'home' || given === 'none') return given;
    if (!Array.isArray(given)) {
      context.issues.push({ code: 'custom', message: 'home, none or a list of folders', input: given });
      return z.NEVER;
    }
    const folders = z.array(persistFolder).safeParse(given);
    if (folders.success) return folders.data.map((path) => path.replace(/\/$/, ''));
    for (const issue of folders.error.issues) {
      context.issues.push({ code: 'custom', message: issue.message, path: [...issue.path], input: given });
    }
    return z.NEVER;
  })
  .prefault('home')
  .describe('What survives a refresh: the `home` folder, `none`, or a list of folders.');

export const baseImage = named(imageReference)
  .optional()
  .describe('Image to build on. One of `base_image`, `dockerfile` and `image` is needed in the end.');

export const dockerfile = z
  .string('a path to a Dockerfile')
  .min(1, 'a path to a Dockerfile')
  .max(4096)
  .optional()
  .describe('A Dockerfile beside the template to build on, in place of `base_image`.');

export const image = named(imageReference).optional().describe('A prebuilt image, run as it is.');
