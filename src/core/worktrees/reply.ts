import { replyBytes } from '../sandbox/recorded';
import type { ChangedFile, WorktreeChanges } from './types';

/** Files that a reply names. */
const mostFiles = 1000;

/** What an agent is told of its own changes. */
export interface DiffReply {
  readonly branch: string;
  readonly commits: { readonly id: string; readonly subject: string }[];
  readonly files: ChangedFile[];
  readonly patch: string;
  readonly truncated: boolean;
}

/** Changes as a reply takes them; what is over its size is cut, and said. Pure. */
export function diffOf({ worktree, commits, files, patch }: WorktreeChanges): DiffReply {
  return {
    branch: worktree.branch,
    commits: [...commits],
    files: files.slice(0, mostFiles),
    patch: patch.subarray(0, replyBytes).toString(),
    truncated: patch.length > replyBytes || files.length > mostFiles,
  };
}
