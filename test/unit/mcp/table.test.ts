import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { failureOf, withoutPaths } from '../../../src/core/tools/failure';
import { refusal } from '../../../src/mcp/http';
import { jsonSchemaOf } from '../../../src/core/tools/json-schema';
import { tools } from '../../../src/core/tools/table';
import { toolsPage, toolsPagePath, withDeclaredTools } from '../../../src/mcp/tools-page';
import { BerthError, cancelled } from '../../../src/core/errors';
import { formatted } from '../../formatted';

describe('the table of MCP tools', () => {
  it('names each tool once, in words that every client takes, with a schema of what goes in and comes out', () => {
    const names = tools.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, title, description, input, output } of tools) {
      assert.match(name, /^[a-z][a-z_]{1,30}$/);
      assert.ok(title.length > 3 && description.endsWith('.'), name);
      for (const schema of [input, output]) {
        const made = jsonSchemaOf(schema, 'input');
        assert.deepEqual([made['type'], made['$schema']], ['object', undefined], 'VS Code 1.105 takes no other');
      }
    }
  });

  it('says of no tool that it both only reads and destroys', () => {
    const wrong = tools.filter(({ hints }) => hints.readOnly && hints.destructive);
    assert.deepEqual(wrong, []);
  });
});

describe('the page of MCP tools', () => {
  it('is what the table says (npm run schema)', async () => {
    const file = resolve(__dirname, '../../..', toolsPagePath);
    assert.equal(await readFile(file, 'utf8'), await formatted(file, toolsPage()));
  });
});

describe('the manifest', () => {
  it('declares the tools to editors as the table has them (npm run schema)', async () => {
    const manifest = await readFile(resolve(__dirname, '../../../package.json'), 'utf8');
    assert.equal(manifest, withDeclaredTools(manifest));
  });
});

describe('failures of MCP tools', () => {
  it('have a code, a sentence and a hint, and nothing of what is only the log’s', () => {
    const cause = new Error('/home/me/secret');
    for (const error of [new BerthError('line_lost', 'It broke.', { cause }), cause, cancelled(), 'thrown']) {
      const failure = failureOf(error);
      assert.ok(failure.message.endsWith('.') && failure.hint.endsWith('.'));
      assert.doesNotMatch(JSON.stringify(failure), /secret|stack/);
    }
  });
});

describe('where things lie on this machine', () => {
  it('is in no failure: neither Berth’s folders, nor the engine’s address', () => {
    const words = 'At /home/me/berth/x and unix:///srv/d.sock, or ssh://me@there (tcp://10.0.0.1:2375).';
    const errors = [{ message: words, path: 'a' }];
    const told = withoutPaths({ code: 'internal', message: words, hint: words, errors }, ['/home/me/berth']);
    assert.doesNotMatch(JSON.stringify(told), /home|srv|there|10\.0/);
    assert.equal(told.message, 'At …/x and …, or … (…).');
  });
});

describe('MCP over HTTP', () => {
  const asked = (headers: Record<string, string>, url = '/mcp') => refusal({ headers, url }, 'right');
  const host = '127.0.0.1:8000';

  it('refuses whoever does not know the token, other names of the host, and pages of other places', () => {
    const authorization = 'Bearer right';
    assert.equal(asked({ host, authorization }), null);
    assert.equal(asked({ host, authorization, origin: 'http://localhost:3000' }), null);
    assert.equal(asked({ host }), 401);
    assert.equal(asked({ host, authorization: 'Bearer wrong' }), 401);
    assert.equal(asked({ host, authorization: 'right' }), 401);
    assert.equal(asked({ host: 'evil.example', authorization }), 403);
    assert.equal(asked({ authorization }), 403);
    assert.equal(asked({ host, authorization, origin: 'https://evil.example' }), 403);
    assert.equal(asked({ host, authorization, origin: 'http://localhost.evil.example' }), 403);
    assert.equal(asked({ host, authorization }, '/other'), 404);
  });
});
