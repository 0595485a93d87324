import * as z from 'zod';
import { templateName } from './grammar';
import * as build from './schema-build';
import * as limits from './schema-limits';
import { named } from './schema-parts';
import * as run from './schema-run';

export type { PortSpec, SecretSource } from './schema-run';

const fields = {
  base_image: build.baseImage,
  dockerfile: build.dockerfile,
  image: build.image,
  build_args: build.buildArgs,
  packages: build.packages,
  run: build.run,
  user: build.user,
  workspace: build.workspace,
  environment: build.environment,
  volumes: run.volumes,
  persist: build.persist,
  ports: run.ports,
  services: run.layerServices,
  post_create: run.postCreate,
  post_start: run.postStart,
  resources: limits.resources,
  health: limits.health,
  security: limits.security,
  secrets: run.layerSecrets,
  git: run.git,
  agents: run.agents,
  editor: run.editor,
  idle: run.idle,
};

const layerSpec = z
  .strictObject(fields, 'a map of fields')
  .prefault({})
  .describe('How the container is built and run.');

const metadataFields = {
  name: named(templateName).describe('Lower case, digits, dashes.'),
  description: z
    .string('a text')
    .max(500, 'a text of at most 500 characters')
    .default('')
    .describe('One line for lists.'),
  extends: z
    .string('the name of a template, or a path beside this file')
    .min(1, 'the name of a template, or a path beside this file')
    .max(1024)
    .regex(/^[^\0\r\n]*$/, 'a name or a path in one line')
    .optional()
    .describe('A template’s name, or a path beside this file.'),
};

const apiVersion = z.literal('devcontainer/v1', { error: 'devcontainer/v1' }).describe('Always `devcontainer/v1`.');
const kind = z.literal('Template', { error: 'Template' }).describe('Always `Template`.');

/** One file as it is written: what a parent gives need not be there. */
export const templateDocument = z
  .strictObject(
    { apiVersion, kind, metadata: z.strictObject(metadataFields, 'a map with a name'), spec: layerSpec },
    'a template',
  )
  .describe('A Berth template: how a container is built and run.');

/** `berth.local.yaml`: it lies over the project's own file, so its head may be left out. */
export const localDocument = z.strictObject(
  {
    apiVersion: apiVersion.optional(),
    kind: kind.optional(),
    metadata: z
      .strictObject(
        { name: metadataFields.name.optional(), description: metadataFields.description.optional() },
        'a map of name and description',
      )
      .optional(),
    spec: layerSpec,
  },
  'a template',
);

/** What all files together must come to: the output is the {@link TemplateSpec}. */
export const resolvedSpec = z.strictObject({ ...fields, services: run.wholeServices, secrets: run.wholeSecrets });

/**
 * A template with its parents merged in and its defaults filled, in Berth's own units: sizes in bytes, durations in
 * milliseconds, percentages as numbers from 1 to 100.
 */
export type TemplateSpec = z.output<typeof resolvedSpec>;
