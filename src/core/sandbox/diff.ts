import { BerthError } from '../errors';
import { collect } from './collect';
import { replyBytes } from './recorded';
import type { Box } from './types';

/** What changed in a workspace, as git tells it. */
export interface WorkspaceDiff {
  /** Null for a detached head. */
  readonly branch: string | null;
  /** `status`: git's two letters, such as `M` or `??`. */
  readonly files: readonly { readonly status: string; readonly path: string }[];
  readonly patch: string;
  readonly truncated: boolean;
}

/** Asks git in the container; nothing of the workspace's configuration runs a program for it. @throws BerthError `file_failed` */
export async function workspaceDiff(box: Box, since: string, signal?: AbortSignal): Promise<WorkspaceDiff> {
  const git = async (...words: readonly string[]): Promise<Buffer> => {
    const argv = ['git', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...words];
    const { exit, stdout, stderr } = await collect(box.runner, { argv, timeoutMs: 60_000 }, undefined, signal);
    if (exit.code === 0) return stdout;
    const why = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
    throw new BerthError('file_failed', `git could not tell the changes: ${why || 'it failed'}.`, {
      hint: 'The workspace has to be a git repository, and since a commit of it.',
    });
  };
  const [status, patch, branch] = await Promise.all([
    git('status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'),
    git('diff', '--no-ext-diff', '--no-textconv', '--no-color', since, '--'),
    git('branch', '--show-current'),
  ]);
  const files = status
    .toString()
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => ({ status: line.slice(0, 2).trim(), path: line.slice(3) }));
  const named = branch.toString().trim();
  return {
    branch: named === '' ? null : named,
    files: files.slice(0, 1000),
    patch: patch.subarray(0, replyBytes).toString(),
    truncated: patch.length > replyBytes || files.length > 1000,
  };
}
