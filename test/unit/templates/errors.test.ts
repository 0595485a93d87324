import assert from 'node:assert/strict';
import { TemplateFolder } from './folder';

/** A file with a mistake of each kind, and what is to be said of each: line, column, path, expected, suggestion. */
const text = `apiVersion: devcontainer/v1
kind: Template
metadata:
  name: Eight_Errors
  extends: pyton
spec:
  bse_image: python:3.12
  packages:
    apt: [git, "curl; rm -rf /"]
    pip: numpy
  environment:
    2FAST: x
  user: { name: dev, sudo: yes }
  ports: [3000, 99999]
  volumes:
    - { host: /var/run/docker.sock, container: /x }
  resources: { memory: 8 gigs, cpus: 2 }
  health: { on_stale: refesh }
  resources: { pids: 10 }
`;

describe('templates: all errors of a file', () => {
  it('are told at once, each with its place, what was expected and what was most likely meant', async () => {
    await using folder = await TemplateFolder.create({ 'berth.yaml': text, 'built-in/python.yaml': text });
    const found = (await folder.validate('berth.yaml')).map((problem) => {
      assert.equal(problem.file, folder.path('berth.yaml'));
      const { line, column, path, expected, suggestion } = problem;
      return [`${line}:${column}`, path, expected, ...(suggestion === undefined ? [] : [`→ ${suggestion}`])].join(
        ' | ',
      );
    });
    assert.deepEqual(found, [
      '4:9 | metadata.name | a name of lower-case letters, digits and dashes, such as data-lab',
      '5:12 | metadata.extends | the name of a template, or a path beside this file | → python',
      '7:3 | spec.bse_image | a field of spec | → base_image',
      '9:16 | spec.packages.apt[1] | an apt package, such as libpq-dev or curl=7.88.1-10',
      '10:10 | spec.packages.pip | a list',
      '12:5 | spec.environment["2FAST"] | a variable name of letters, digits and underscores that does not begin with a digit',
      '13:28 | spec.user.sudo | true or false | → true',
      '14:17 | spec.ports[1] | a port, such as 3000 or "8889:8888" (host:container)',
      '16:15 | spec.volumes[0].host | a folder that does not hold the engine’s socket',
      '17:24 | spec.resources.memory | a size of at least 6m, such as 512m or 8g',
      '18:23 | spec.health.on_stale | refresh, notify or off | → refresh',
      '19:3 | spec.resources | each key once',
    ]);
  });

  it('are told once, where a part that is wrong leaves what it stands in without it', async () => {
    await using folder = await TemplateFolder.create({
      'parent.yaml': `apiVersion: devcontainer/v1\nkind: Template\nmetadata: {name: p}\nspec: {base_image: a, volumes: [{host: ./a, container: /a}]}\n`,
      'berth.yaml': `apiVersion: devcontainer/v1\nkind: Template\nmetadata: {name: c, extends: ./parent.yaml}\nspec:\n  volumes: [{host: /, container: /b}]\n  services: {web: {comand: x}}\n`,
    });
    const found = await folder.validate('berth.yaml');
    assert.deepEqual(
      found.map(({ path }) => path),
      ['spec.volumes[0].host', 'spec.services.web.comand'],
    );
  });

  it('have places behind broken YAML too', async () => {
    // The parser gives up on a tab and on what follows it, but not on where it stands.
    await using folder = await TemplateFolder.create({ 'berth.yaml': 'a: 1\nb:\n\t  c: d\ne: f\n' });
    const found = await folder.validate('berth.yaml');
    assert.ok(found.length > 0);
    for (const { line = 0, column = 0 } of found) assert.ok(line >= 2 && line <= 5 && column <= 9, `${line}:${column}`);
  });
});
