import type { FieldPath } from '../templates/tree';
import type { Context } from './context';
import { isObject, type Json } from './json';

/** What a well-known feature does, and what a template says in its place. `VERSION` is the one that was asked for. */
const known: Readonly<Record<string, { readonly version: string; readonly instead: string }>> = {
  node: {
    version: '22',
    instead: 'base_image: node:VERSION-bookworm-slim, or extends: node; for the rest packages.npm',
  },
  python: {
    version: '3.12',
    instead: 'base_image: python:VERSION-slim-bookworm, or extends: python; tools such as ruff in packages.pip',
  },
  go: { version: '1.24', instead: 'base_image: golang:VERSION-bookworm; tools in packages.go' },
  rust: { version: '1', instead: 'base_image: rust:VERSION-slim-bookworm; tools in packages.cargo' },
  java: {
    version: '21',
    instead: 'base_image: eclipse-temurin:VERSION-jdk, or packages: { apt: [default-jdk, maven] }',
  },
  ruby: { version: '3.4', instead: 'base_image: ruby:VERSION-slim-bookworm' },
  php: { version: '8.4', instead: 'base_image: php:VERSION-cli-bookworm' },
  dotnet: { version: '9.0', instead: 'base_image: mcr.microsoft.com/dotnet/sdk:VERSION' },
  git: { version: '', instead: 'nothing: git is in every image; another version by packages: { apt: ["git=…"] }' },
  'git-lfs': { version: '', instead: 'packages: { apt: [git-lfs] }' },
  'github-cli': {
    version: '',
    instead: 'packages: { apt: [gh] } where the base image’s Debian has it, else a step in run',
  },
  'common-utils': {
    version: '',
    instead: 'packages: { apt: [curl, less, jq, zsh] } for the tools; the user is made by user: { name: …, sudo: … }',
  },
  sshd: { version: '', instead: 'nothing: every container is reached over SSH, without a port' },
  'docker-in-docker': {
    version: '',
    instead:
      'nothing: it needs a privileged container, which is never made; use an engine beside it, over ssh:// or tcp://',
  },
  'docker-outside-of-docker': {
    version: '',
    instead: 'nothing: the engine’s socket is never mounted; for the client alone packages: { apt: [docker.io] }',
  },
  'kubectl-helm-minikube': { version: '', instead: 'a step in run that downloads kubectl or helm' },
  terraform: { version: '', instead: 'a step in run that downloads terraform' },
  'aws-cli': { version: '', instead: 'packages: { apt: [awscli] }' },
  'azure-cli': { version: '', instead: 'packages: { pip: [azure-cli] }' },
  'postgresql-client': { version: '', instead: 'packages: { apt: [postgresql-client] }' },
  'claude-code': { version: '', instead: 'agents: [claude]' },
};

/** Features are scripts of others that run as root at build time, so none is carried; for the well-known ones there is advice. */
export function featureAdvice({ ledger, root }: Context, id: string, options: Json, from: FieldPath): void {
  const name = /\/([a-z0-9-]+)(?::[^/]*)?$/.exec(id)?.[1] ?? (/^[a-z0-9-]+$/.test(id) ? id : '');
  if (name === 'common-utils' && makesUser(options, root.get('remoteUser'))) {
    ledger.needless(from, 'The login user is made in every image.');
    return;
  }
  const advice = Object.hasOwn(known, name) ? known[name] : undefined;
  const reason = 'Features are not installed: a template names its packages itself.';
  if (advice === undefined) ledger.lose(from, reason, 'what its install script does, as packages or as steps in run');
  else ledger.lose(from, reason, advice.instead.replace('VERSION', versionIn(options) ?? advice.version));
}

/** Whether the options say no more than who the login user is. */
function makesUser(options: Json, user: Json | undefined): boolean {
  return isObject(options) && options.size === 1 && typeof user === 'string' && options.get('username') === user;
}

/** A version that can stand in an image's tag. */
function versionIn(options: Json): string | null {
  const given = isObject(options) ? options.get('version') : options;
  return typeof given === 'string' && /^[0-9][0-9.]{0,19}$/.test(given) ? given : null;
}
