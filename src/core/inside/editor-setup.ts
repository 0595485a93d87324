import { isDeepStrictEqual } from 'node:util';
import { BerthError } from '../errors';
import type { RemoteFiles } from '../line/types';
import type { EditorSettings } from './settings-merge';

/** What a template asks of an editor's window in the container. */
export interface EditorWish {
  /** `publisher.name` */
  readonly extensions: readonly string[];
  readonly settings: EditorSettings;
}

/** What was done already; kept beside the data of the editor's server, so that it lives and dies with that. */
interface Mark extends EditorWish {
  readonly schema: 1;
}

/** What is left to do in a home folder, and how to do it. */
export interface EditorSetup {
  /** Extensions that were not installed for this template yet: one that the user took out stays out. */
  readonly extensions: readonly string[];
  /** Whether settings are to be written. */
  readonly settings: boolean;
  /** Merges the settings into the server's machine settings. @returns false where that file cannot be read, and is left alone */
  writeSettings(signal?: AbortSignal): Promise<boolean>;
  /** Writes down that an extension is there now. */
  noteInstalled(id: string, signal?: AbortSignal): Promise<void>;
}

/**
 * Looks what an editor still has to do in a container's home: one small file to read when all is done. `server`: the
 * absolute path of the server's folder in it.
 */
export async function editorSetup(
  files: RemoteFiles,
  server: string,
  wish: EditorWish,
  signal?: AbortSignal,
): Promise<EditorSetup> {
  const markFile = `${server}/data/berth.json`;
  const settingsFile = `${server}/data/Machine/settings.json`;
  let mark = parseMark(await readText(files, markFile, signal));
  const remember = async (change: Partial<EditorWish>, stop?: AbortSignal): Promise<void> => {
    mark = { ...mark, ...change };
    await files.makeFolder(`${server}/data`, stop);
    await files.write(markFile, Buffer.from(`${JSON.stringify(mark)}\n`), { mode: 0o600 }, stop);
  };
  return {
    extensions: wish.extensions.filter((id) => !mark.extensions.includes(id.toLowerCase())),
    settings: !isDeepStrictEqual({ ...wish.settings }, { ...mark.settings }),
    async writeSettings(stop) {
      const { mergeSettings } = await import('./settings-merge');
      const text = await readText(files, settingsFile, stop);
      const merged = mergeSettings(text, wish.settings, mark.settings);
      if (merged === null) return false;
      if (merged !== text) {
        await files.makeFolder(`${server}/data/Machine`, stop);
        await files.write(settingsFile, Buffer.from(merged), {}, stop);
      }
      // All that was wanted counts as done, also what stayed the user's own: else each window would try again.
      await remember({ settings: wish.settings }, stop);
      return true;
    },
    noteInstalled: (id, stop) => remember({ extensions: [...mark.extensions, id.toLowerCase()] }, stop),
  };
}

/** A mark that cannot be read is none: all of it can be done again. Pure. */
export function parseMark(text: string): Mark {
  const none: Mark = { schema: 1, extensions: [], settings: {} };
  try {
    const { extensions, settings } = JSON.parse(text) as Partial<Record<keyof Mark, unknown>>;
    return {
      schema: 1,
      extensions: Array.isArray(extensions) ? extensions.filter((id): id is string => typeof id === 'string') : [],
      settings: typeof settings === 'object' && settings !== null ? { ...settings } : {},
    };
  } catch {
    return none;
  }
}

async function readText(files: RemoteFiles, path: string, signal?: AbortSignal): Promise<string> {
  try {
    return (await files.read(path, signal)).toString('utf8');
  } catch (error) {
    if (error instanceof BerthError && error.code === 'file_not_found') return '';
    throw error;
  }
}
