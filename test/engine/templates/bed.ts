import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Api } from '../../../src/core/engine/api';
import { buildImage } from '../../../src/core/engine/build';
import { createClient } from '../../../src/core/engine/client';
import type { ProgressEvent } from '../../../src/core/log';
import { createTemplates } from '../../../src/core/templates';
import type { ImagePlan, ImageTarget } from '../../../src/core/templates/types';
import { Bench, type Outcome } from '../engine/fixture';

export const builtInDir = resolve(__dirname, '../../../templates');

/** A plan with the builder it is for. */
export type Planned = ImagePlan & { readonly buildkit: boolean };

export interface Built {
  readonly plan: ImagePlan;
  readonly tag: string;
  readonly events: readonly ProgressEvent[];
  /** Runs a line of shell in a container of the image, as its own user or another. */
  sh(line: string, user?: string): Promise<Outcome>;
}

/** Templates written to a folder of their own, images built of them, containers run from those; all gone at the end. */
export class TemplateBed {
  private constructor(
    readonly bench: Bench,
    private readonly dir: string,
  ) {}

  static async open(): Promise<TemplateBed> {
    return new TemplateBed(await Bench.open(), await mkdtemp(join(tmpdir(), 'berth-templates-')));
  }

  get buildkit(): boolean {
    return this.bench.engine.info.buildkit;
  }

  /** The plan of a template: a built-in one by its name, or one given as its fields (JSON is YAML). */
  async plan(template: string | object, target: Partial<ImageTarget> = {}): Promise<Planned> {
    const templates = createTemplates({ builtInDir, userDir: join(this.dir, 'none') });
    let name = template;
    if (typeof name !== 'string') {
      const metadata = { name: 'probe', extends: 'base' };
      name = join(this.dir, 'probe.yaml');
      const document = { apiVersion: 'devcontainer/v1', kind: 'Template', metadata, ...(template as object) };
      await writeFile(name, JSON.stringify(document));
    }
    const resolved = await templates.resolve(name);
    const whole = { uid: 1000, gid: 1000, buildkit: this.buildkit, ...target };
    return { ...templates.plan(resolved, whole), buildkit: whole.buildkit };
  }

  async build(plan: Planned): Promise<Built> {
    const { engine } = this.bench;
    const tag = this.bench.tag();
    const events: ProgressEvent[] = [];
    const { dockerfile, context, buildArgs } = plan;
    const request = { tag, dockerfile, context, buildArgs, labels: this.bench.labels, noCache: false };
    // A Dockerfile without cache mounts is for engines without BuildKit, so it is proved on the builder they have.
    const { info } = engine;
    const api = new Api(await createClient(info.endpoint, info.apiVersion), info.endpoint);
    try {
      const buildkit = info.buildkit && plan.buildkit;
      await buildImage(api, { ...info, buildkit }, request, (event) => void events.push(event));
    } finally {
      api.dispose();
    }
    let container: string | undefined;
    return {
      plan,
      tag,
      events,
      sh: async (line, user) => {
        // As `up` makes it: root runs the first process, commands run as who they are for.
        container ??= await this.bench.running({ image: tag, user: 'root', workdir: '/', capAdd: sshdNeeds });
        return this.bench.run(container, ['/bin/sh', '-c', line], { user: user ?? plan.user });
      },
    };
  }

  /** Names of the built-in templates. */
  async builtIn(): Promise<string[]> {
    return (await readdir(builtInDir)).map((file) => file.replace(/\.yaml$/, ''));
  }

  /** An image's size in bytes, with all that is below it. */
  async bytes(image: string): Promise<number> {
    const info = await this.bench.engine.inspectImage(image);
    assert.ok(info !== null, image);
    return info.sizeBytes;
  }

  async close(): Promise<void> {
    await this.bench.close();
    await rm(this.dir, { recursive: true });
  }
}

/** What every image has to give, whatever it was made from. */
export async function isWhole(built: Built, { shell = '/bin/bash' } = {}): Promise<void> {
  const line = [
    'id -u; id -g; id -un; cd; pwd; stat -c %u:%g . /workspace; grep ^dev: /etc/passwd | cut -d: -f7',
    'command -v sshd || ls /usr/sbin/sshd; git --version | cut -c1-3; ps >/dev/null && echo ps; echo $LANG',
  ].join('; ');
  const { stdout, stderr } = await built.sh(line);
  const user = ['1000', '1000', 'dev', '/home/dev', '1000:1000', '1000:1000', shell];
  assert.deepEqual(stdout.trim().split('\n'), [...user, '/usr/sbin/sshd', 'git', 'ps', 'C.UTF-8'], stderr);
  const root = await built.sh(
    'ls /etc/ssh | grep -c host_; grep ^dev: /etc/shadow | cut -d: -f2; ls -A /var/lib/apt/lists /var/cache/berth 2>/dev/null | grep -v : ; ls -d /run/sshd; /usr/sbin/sshd -t -f /dev/null 2>&1',
    'root',
  );
  // Not one host key lies in the image: sshd's own check finds none to start with.
  assert.match(root.stdout, /^0\n\*\n\n?\/run\/sshd\nsshd: no hostkeys available/);
}

const sshdNeeds = ['CHOWN', 'SETUID', 'SETGID', 'SYS_CHROOT', 'AUDIT_WRITE', 'KILL', 'DAC_OVERRIDE', 'FOWNER'];
