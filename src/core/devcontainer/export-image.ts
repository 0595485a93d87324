import type { FieldPath } from '../templates/tree';
import type { ExportContext } from './export';

const managers = ['apt', 'pip', 'npm', 'cargo', 'go'] as const;

/** Makes the user where the image may have none; one of the features that every tool has at hand. */
const userFeature = 'ghcr.io/devcontainers/features/common-utils:2';

/** Where the image comes from, and the user in it. @returns the Dockerfile that goes with it, if one does */
export function exportImage(context: ExportContext): string | null {
  const { spec, give, ledger, source } = context;
  const built = spec.base_image !== undefined && hasSteps(context) ? source.dockerfile : null;
  if (built !== null) {
    const parts: FieldPath[] = [['base_image'], ...steps(context)];
    const note = 'the Dockerfile that Berth itself builds, sshd included';
    for (const part of parts) ledger.carry(['spec', ...part], ['build', 'dockerfile'], 'Dockerfile', note);
  } else {
    if (spec.base_image !== undefined) give(['spec', 'base_image'], ['image'], spec.base_image);
    if (spec.image !== undefined) give(['spec', 'image'], ['image'], spec.image);
    if (spec.dockerfile !== undefined) ownDockerfile(context, spec.dockerfile);
    const left = steps(context).filter(([first]) => first !== 'build_args' || spec.dockerfile === undefined);
    for (const part of left) {
      ledger.lose(['spec', ...part], 'An image by its name alone has no build steps.', 'a Dockerfile with them');
    }
  }
  user(context, built !== null);
  return built;
}

function ownDockerfile({ spec, give, ledger, source }: ExportContext, path: string): void {
  const from = ['spec', 'dockerfile'];
  const seen = source.pathFrom('config', 'spec.dockerfile', path);
  if (seen === null) ledger.lose(from, 'It lies on another drive.');
  else give(from, ['build', 'dockerfile'], seen);
  for (const [name, value] of Object.entries(spec.build_args)) {
    give(['spec', 'build_args', name], ['build', 'args', name], value);
  }
}

function hasSteps(context: ExportContext): boolean {
  return steps(context).length > 0;
}

/** What a Dockerfile is needed for. */
function steps({ spec }: ExportContext): FieldPath[] {
  return [
    ...managers.filter((manager) => spec.packages[manager].length > 0).map((manager) => ['packages', manager]),
    ...spec.run.map((_, index) => ['run', index]),
    ...Object.keys(spec.build_args).map((name) => ['build_args', name]),
  ];
}

function user({ spec, give, ledger, has }: ExportContext, made: boolean): void {
  const { name, sudo } = spec.user;
  give(['spec', 'user', 'name'], ['remoteUser'], name);
  if (made) {
    if (has('user', 'sudo')) ledger.needless(['spec', 'user', 'sudo'], 'The Dockerfile makes the user.');
    return;
  }
  ledger.carry(['spec', 'user', 'name'], ['features', userFeature, 'username'], name, 'the feature makes the user');
  if (!has('user', 'sudo')) return;
  if (sudo) ledger.needless(['spec', 'user', 'sudo'], 'The feature that makes the user lets it become root.');
  else ledger.lose(['spec', 'user', 'sudo'], 'The feature that makes the user lets it become root.');
}
