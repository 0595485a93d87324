import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { templateJsonSchema, type JsonSchema } from '../../../src/core/templates/json-schema';
import { published } from '../../../src/core/templates/publish';
import { createTemplates } from '../../../src/core/templates';
import { formatted } from '../../formatted';
import { builtInDir } from './folder';

const root = resolve(__dirname, '../../..');

describe('templates: what is published', () => {
  for (const [path, text] of published()) {
    it(`${path} is what the schema says (npm run schema)`, async () => {
      const file = join(root, path);
      assert.equal(await readFile(file, 'utf8'), await formatted(file, text));
    });
  }

  it('describes every field', () => {
    const bare: string[] = [];
    const visit = (path: string, schema: JsonSchema) => {
      for (const [name, child] of Object.entries(schema.properties ?? {})) {
        if (child.description === undefined && name !== 'metadata') bare.push(`${path}${name}`);
        visit(`${path}${name}.`, child);
      }
    };
    visit('', templateJsonSchema());
    assert.deepEqual(bare, []);
  });

  it('the built-in templates are right, described, and within what is supported', async () => {
    const templates = createTemplates({ builtInDir, userDir: join(root, 'none') });
    const entries = await templates.list();
    assert.deepEqual(
      entries.map(({ name }) => name),
      ['ai', 'base', 'code-server', 'data-lab', 'fullstack', 'go', 'java', 'node', 'python', 'rust'],
    );
    for (const { name, description, problems } of entries) {
      assert.deepEqual(problems, []);
      assert.notEqual(description, '');
      await templates.resolve(name);
    }
  });

  it('the example is a right template', async () => {
    const templates = createTemplates({ builtInDir, userDir: join(root, 'none') });
    assert.equal((await templates.forFolder(join(root, 'examples/hello-python'))).proposal, null);
  });
});
