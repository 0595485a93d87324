import assert from 'node:assert/strict';
import { agentEnvironment, agentStatePaths, persistWithAgents } from '../../../src/core/agents/state';
import { agentNames, agentTool } from '../../../src/core/agents/table';
import { agentSteps, hasNode } from '../../../src/core/templates/image/agents';
import { npmPackage, aptPackage, environmentKey, persistPath } from '../../../src/core/templates/grammar';

describe('agents: the table', () => {
  for (const name of agentNames) {
    it(`${name} says what a template could say: packages, folders, variables`, () => {
      const { npm, system, node, state, keys, environment, docs } = agentTool(name);
      assert.ok((npm === undefined) !== (system === undefined), 'one place to install it from');
      if (npm !== undefined) assert.match(npm, npmPackage.pattern);
      if (npm !== undefined) assert.ok(node !== undefined && node > 0);
      for (const one of Object.values(system ?? {})) assert.match(one, aptPackage.pattern);
      assert.ok(state.length > 0 && keys.length > 0);
      for (const path of state) assert.match(path, persistPath.pattern);
      for (const key of [...keys, ...Object.keys(environment ?? {})]) assert.match(key, environmentKey.pattern);
      assert.match(docs, /^https:\/\//);
    });
  }
});

describe('agents: what they keep', () => {
  it('is in a home that lasts, else a folder of its own each, once', () => {
    const agents = ['claude', 'codex', 'claude'] as const;
    assert.deepEqual(agentStatePaths({ agents: [...agents] }), ['~/.claude', '~/.codex']);
    assert.equal(persistWithAgents({ agents: [...agents], persist: 'home' }), 'home');
    assert.deepEqual(persistWithAgents({ agents: [...agents], persist: 'none' }), ['~/.claude', '~/.codex']);
    const list = ['/var/lib/data', '~/.codex'];
    assert.deepEqual(persistWithAgents({ agents: [...agents], persist: list }), [...list, '~/.claude']);
    assert.equal(persistWithAgents({ agents: [], persist: 'none' }), 'none');
  });

  it('is all in folders: claude’s single file lies in its own', () => {
    const environment = agentEnvironment({ agents: ['claude', 'gh'] }, '/home/dev');
    assert.equal(environment['CLAUDE_CONFIG_DIR'], '/home/dev/.claude');
  });
});

describe('agents: the steps that install them', () => {
  const style = { base: 'debian:bookworm-slim', buildkit: true };

  it('are none without agents, and one for all of npm’s', () => {
    assert.deepEqual(agentSteps([], style), []);
    const steps = agentSteps(['claude', 'codex', 'claude'], style);
    assert.equal(steps.length, 1);
    assert.match(steps[0] ?? '', /-ge 22 \][^]*'?@anthropic-ai\/claude-code'? \\\n +'?@openai\/codex'?$/);
  });

  it('take gh from the distribution', () => {
    const [step = '', ...more] = agentSteps(['gh'], style);
    assert.equal(more.length, 0);
    assert.match(step, /command -v gh[^]*github-cli/);
    assert.doesNotMatch(step, /npm/);
  });

  it('bring Node.js only where an image’s name does not say that it has it, and the builder can', () => {
    const text = (base: string, buildkit: boolean): string => agentSteps(['codex'], { base, buildkit }).join('');
    assert.match(text('python:3.12', true), /--mount=type=bind,from=node:/);
    assert.doesNotMatch(text('node:22-bookworm-slim', true), /type=bind/);
    assert.doesNotMatch(text('python:3.12', false), /--mount|cp -a/);
    assert.match(text('python:3.12', false), /spec\.agents needs Node\.js in the image/);
    for (const name of ['node', 'node:22', 'registry.example/team/node@sha256:0', 'a.example/javascript-node:1']) {
      assert.ok(hasNode(name), name);
    }
    for (const name of ['nodejs-tools:1', 'python:3', 'my-node:1']) assert.ok(!hasNode(name), name);
  });
});
