import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ProjectRow } from '../../../src/core/model';
import { Fixture } from '../projects/fixture';

/** `/` says who it is, `/big` sends 48 MB, a POST answers with its body's length and SHA-256, `/slow` never ends. */
const server = `
import hashlib, http.server, os, socketserver, sys, threading, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *words): pass
    def answer(self, body):
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def do_GET(self):
        if self.path == "/big": return self.answer(bytes(range(256)) * (48 * 4096))
        if self.path == "/slow":
            self.send_response(200); self.end_headers(); self.close_connection = True
            while True: self.wfile.write(b"x" * 1000); self.wfile.flush(); time.sleep(0.01)
        self.answer(b"hello from %d" % os.getpid())
    def do_POST(self):
        left = int(self.headers["Content-Length"]); total = left; digest = hashlib.sha256()
        while left:
            data = self.rfile.read(min(left, 65536)); left -= len(data); digest.update(data)
        self.answer(b"%d %s" % (total, digest.hexdigest().encode()))
class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        words = self.rfile.read()
        self.wfile.write(b"got " + words)
http.server.ThreadingHTTPServer.request_queue_size = 128
port = int(sys.argv[1])
socketserver.ThreadingTCPServer.allow_reuse_address = True
threading.Thread(target=socketserver.ThreadingTCPServer(("127.0.0.1", port + 1), Echo).serve_forever, daemon=True).start()
listening = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
print("up", flush=True)
listening.serve_forever()
`;

/** A project with a container that can serve, for a suite. */
export class PortsBed {
  private constructor(
    readonly fixture: Fixture,
    readonly folder: string,
    public row: ProjectRow,
  ) {}

  static async make(name: string, spec: string): Promise<PortsBed> {
    const fixture = await Fixture.create();
    try {
      const folder = await fixture.folder(name, `  base_image: python:3.12-slim-bookworm\n${spec}`);
      await writeFile(join(folder, 'server.py'), server);
      fixture.core.projects.watch();
      return new PortsBed(fixture, folder, (await fixture.up(folder)).row);
    } catch (error) {
      await fixture.dispose();
      throw error;
    }
  }

  get core(): Fixture['core'] {
    return this.fixture.core;
  }

  /** Starts the server on a port of the container, and an echo that answers at the end of input on the next one. */
  async serve(port: number): Promise<void> {
    const runner = await this.core.projects.runner(this.row);
    const argv = [
      'sh',
      '-c',
      `setsid python3 server.py ${port} </dev/null >/tmp/out 2>&1 & until grep -q up /tmp/out; do sleep 0.05; done`,
    ];
    const command = await runner.run({ argv, timeoutMs: 20_000 });
    const said = await Promise.all([text(command.stdout), text(command.stderr)]);
    const { code } = await command.exit;
    if (code !== 0) throw new Error(`the server did not start: ${said.join('')}`);
  }

  dispose(): Promise<void> {
    return this.fixture.dispose();
  }
}

/** Something else that has a number of 127.0.0.1, or of all interfaces. */
export async function occupy(port: number, host = '127.0.0.1'): Promise<Server> {
  const taker = createServer((socket) => socket.end('somebody else'));
  taker.listen(port, host);
  await once(taker, 'listening');
  return taker;
}

/** A number that is free now, far from those the system gives by itself, so that nobody takes it meanwhile. */
export async function freePort(count = 1): Promise<number> {
  for (;;) {
    const from = 20_000 + Math.floor(Math.random() * 10_000);
    const all = await Promise.all(Array.from({ length: count }, (_, index) => isFree(from + index)));
    if (all.every(Boolean)) return from;
  }
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await occupy(port, '0.0.0.0');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** This machine's address on a network; undefined where it has none. */
export function otherAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}
