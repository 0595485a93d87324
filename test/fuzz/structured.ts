import type { Random } from './random';
import { Values } from './values';

type Made = Record<string, unknown>;

const images = [
  'debian:bookworm-slim',
  'ghcr.io/a/b_c:1.2@sha256:' + 'a'.repeat(64),
  'localhost:5000/x',
  'alpine:3.20',
];
const apt = ['git', 'libpq-dev', 'g++', 'curl=7.88.1-10+deb12u8', 'libc6:amd64', 'x11-apps'];
const pip = ['numpy', 'pandas>=2.2', 'uvicorn[standard]==0.30.1', 'a~=1.4,!=1.4.2', 'x<2', 'y===1.0', 'z>1'];
const npm = ['typescript', '@types/node@22', 'a@^1.2.3', 'b@~1', 'c@>=1', 'd@latest'];
const sizes = ['512m', '8g', '1.5GiB', 64_000_000];
const durations = ['90s', '1h30m', '3d', 60];
const keys = ['PATH', 'A', 'B_2', 'LD_PRELOAD', 'PYTHONPATH', 'lower'];

/** A template's document with every field now and then; `evil`: how often a value is not what the field takes. */
export function structured(random: Random, canary: string, evil: number): Made {
  const values = new Values(random, canary, evil);
  const of = (good: readonly unknown[]): unknown => values.of(good);
  const list = (good: readonly unknown[], most = 5): unknown[] => random.some(good, most).map((one) => of([one]));
  const texts = (): unknown[] => Array.from({ length: random.below(4) }, () => values.text());
  const map = (value: () => unknown): Made =>
    Object.fromEntries(random.some(keys, 4).map((key) => [String(of([key])), value()]));
  const spec: Made = { [String(of(['base_image']))]: of(images) };
  const maybe = (key: string, make: () => unknown, often = 0.35): void => {
    if (random.chance(often)) spec[key] = make();
  };
  maybe('build_args', () => map(() => values.text().replaceAll(/[\r\n]/g, random.chance(0.9) ? '' : '\n')), 0.5);
  maybe('packages', () => ({ apt: list(apt), pip: list(pip), npm: list(npm) }), 0.7);
  maybe(
    'packages',
    () => ({ cargo: list(['ripgrep', 'just@1.36.0']), go: list(['golang.org/x/tools/gopls@latest']) }),
    0.1,
  );
  maybe('run', texts, 0.6);
  maybe('user', () => ({ name: of(['dev', 'pat', '_x', 'a-b']), sudo: of([true, false]) }));
  maybe('workspace', () => ({ path: of(['/workspace', '/w', '/srv/my-app/src', '/a_b@c+d.e']) }));
  maybe('environment', () => map(() => (random.chance(0.8) ? values.text() : of([1, true, '1.10']))), 0.6);
  maybe('volumes', () => [
    { host: of(['./data', '~/x', '/srv']), container: of(['/data', '/opt/x']), mode: of(['ro', 'rw']) },
  ]);
  maybe('persist', () => of(['home', 'none', ['~/.cache', '/var/lib/x']]));
  maybe('ports', () => list([3000, '8888:8888', { port: 1 }]));
  maybe('services', () => ({
    [String(of(['web']))]: { command: values.text(), ready: of([{ http: 80 }, { tcp: 1 }]) },
  }));
  maybe('post_create', texts);
  maybe('post_start', texts, 0.1);
  maybe('resources', () => ({ cpus: of([1, 0.5]), memory: of(sizes), pids: of([100]), gpus: of(['none', 'all', 2]) }));
  maybe('health', () => ({ command: values.text(), interval: of(durations), max_disk: of(['80%', 80]) }));
  maybe('security', () => ({
    cap_add: list(['SYS_PTRACE', 'CAP_KILL']),
    no_new_privileges: of([false]),
    seccomp: of(['default', './p.json']),
  }));
  maybe('secrets', () => ({ [String(of(['TOKEN']))]: { from: of(['env:TOKEN', 'file:~/.x', 'command:op read x']) } }));
  maybe('editor', () => ({ extensions: list(['a.b']), settings: { [values.text()]: values.text() } }), 0.1);
  const metadata: Made = { name: of(['probe', 'data-lab', 'x']) };
  if (random.chance(0.2)) metadata['description'] = values.text().slice(0, 500);
  if (random.chance(0.3)) metadata['extends'] = of(['base', 'python', './berth.yaml', 'nowhere']);
  return { apiVersion: of(['devcontainer/v1']), kind: of(['Template']), metadata, spec };
}
