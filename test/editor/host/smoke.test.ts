import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('extension host', () => {
  it('opens the folder that it was asked for', () => {
    assert.notEqual(vscode.workspace.workspaceFolders?.[0], undefined);
  });
});
