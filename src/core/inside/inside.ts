import { BerthError } from '../errors';
import type { BerthHome } from '../home';
import type { ProjectRow } from '../model';
import { readProjectState } from '../projects/state-file';
import type { Templates } from '../templates/types';
import type { EditorWish } from './editor-setup';

/** What an editor does in a container when it connects. */
export interface Inside {
  /** What the project's template asks of an editor now; nothing where it cannot be read from here. */
  editorWish(row: Pick<ProjectRow, 'id' | 'folder'>): Promise<EditorWish>;
}

export function createInside(home: BerthHome, templates: Pick<Templates, 'forFolder' | 'resolve'>): Inside {
  return {
    async editorWish({ id, folder }) {
      try {
        const { template } = await readProjectState(home, id);
        const resolved =
          template === undefined
            ? (await templates.forFolder(folder)).resolved
            : await templates.resolve(template, folder);
        return resolved.spec.editor;
      } catch (error) {
        // The folder is on another machine, or its template has mistakes, which its own marks tell.
        if (error instanceof BerthError) return { extensions: [], settings: {} };
        throw error;
      }
    },
  };
}
