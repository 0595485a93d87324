import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { dotfilesOf } from '../core/inside/dotfiles-wish';
import type { Dotfiles } from '../core/inside/dotfiles-wish';
import type { EngineWish } from '../core/engine/types';

/**
 * PEM files of CA certificates that images are to trust. A setting of the machine: a folder that comes from elsewhere can
 * not have its containers trust somebody.
 */
export function extraCaCertificates(): readonly string[] {
  const paths = vscode.workspace.getConfiguration('berth').get<unknown>('extraCaCertificates');
  if (!Array.isArray(paths)) return [];
  return paths.flatMap((path) =>
    typeof path !== 'string' || path === '' ? [] : [path.startsWith('~/') ? join(homedir(), path.slice(2)) : path],
  );
}

/** The engine that the user chose; null where the environment says. A setting of the user's alone, like the dotfiles. */
export function engineWish(): EngineWish | null {
  const engine = vscode.workspace.getConfiguration('berth').get<unknown>('engine');
  const named = typeof engine === 'string' ? engine.trim() : '';
  return named === '' ? null : { engine: named, by: 'the setting berth.engine' };
}

/** The same for a process that is started from here, as Docker's own variables say it. */
export function engineEnv(): Readonly<Record<string, string>> {
  const wish = engineWish();
  if (wish === null) return {};
  const address = wish.engine.includes('://') ? wish.engine : '';
  return { DOCKER_HOST: address, DOCKER_CONTEXT: address === '' ? wish.engine : '' };
}

/** Whether health is watched, told and counted at all. */
export function healthEnabled(): boolean {
  return vscode.workspace.getConfiguration('berth').get<boolean>('health.enabled', true);
}

/** Whether a message tells of a container that needs attention; rows and status bar do in any case. */
export function healthNotifications(): boolean {
  return vscode.workspace.getConfiguration('berth').get<boolean>('health.notifications', true);
}

/** Whether registries are asked for newer base images, which tells them who uses what. */
export function mayAskRegistries(): boolean {
  return vscode.workspace.getConfiguration('berth').get<boolean>('health.askRegistries', false);
}

/** How often changed secrets are brought in anew by themselves, in milliseconds; 0: never. */
export function secretsIntervalMs(): number {
  const minutes = vscode.workspace.getConfiguration('berth').get<unknown>('secrets.interval');
  return typeof minutes === 'number' && minutes >= 0 ? minutes * 60_000 : 3_600_000;
}

/**
 * The user's dotfiles. They can stand in the user's own settings alone: neither a folder nor a container, which has machine
 * settings of its own in its window, may say what of this machine is copied where.
 */
export function dotfiles(): Dotfiles | null {
  const settings = vscode.workspace.getConfiguration('berth.dotfiles');
  return dotfilesOf({
    repository: settings.get<unknown>('repository'),
    installCommand: settings.get<unknown>('installCommand'),
    targetPath: settings.get<unknown>('targetPath'),
  });
}
