import type * as vscode from 'vscode';
import type { SecretStorage } from '../../core/secrets/types';

/** So that what else the extension may store is never handed to a container by its name. */
const prefix = 'secret:';

/** The editor's secret storage, for secrets that templates name as `editor:KEY`. */
export class EditorSecrets implements SecretStorage {
  constructor(private readonly storage: vscode.SecretStorage) {}

  async get(key: string): Promise<string | undefined> {
    return this.storage.get(`${prefix}${key}`);
  }

  /** An empty value forgets the key. */
  async set(key: string, value: string): Promise<void> {
    if (value === '') await this.storage.delete(`${prefix}${key}`);
    else await this.storage.store(`${prefix}${key}`, value);
  }

  /** The keys that have a value. */
  async keys(): Promise<readonly string[]> {
    const all = await this.storage.keys();
    return all.flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  }
}
