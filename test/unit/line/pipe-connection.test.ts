import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type { Answer } from '../../../src/core/line/answer';
import type { Execution } from '../../../src/core/line/connection';
import { connectByPipes } from '../../../src/core/line/pipe-connection';

const command = { argv: ['cat'], cwd: '/', env: {}, stdin: true };
const target = {
  ...{ projectId: 'p', containerId: 'c', alias: 'a', user: 'dev', workspacePath: '/workspace' },
  environment: {},
};

/** Pretends to be a container: its first fork server starts at once, each other when the test says what becomes of it. */
class Container {
  #close: () => void = () => undefined;
  readonly later: ((execution: Execution | null) => void)[] = [];
  #calls = 0;

  readonly call = (): Promise<Answer> =>
    Promise.resolve({
      letGo: () => undefined,
      asShell: () => assert.fail('nobody asks for a shell'),
      asServer: ({ hello }) => {
        this.#calls += 1;
        return this.#calls === 1
          ? Promise.resolve(this.#execution(hello))
          : new Promise<Execution | null>((done) => this.later.push(done));
      },
    });

  /** Ends what runs. */
  end(): void {
    this.#close();
  }

  #execution(hello: string): Execution {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stderr.write(`\u001e${hello} 4711\n`);
    const closed = new Promise<null>((done) => (this.#close = () => done(null)));
    return { stdin, stdout, stderr, closed, resize: () => undefined, abandon: () => undefined };
  }
}

describe('a connection by pipes', () => {
  it('is over with the last server, also where that ends while another is being started in vain', async () => {
    const container = new Container();
    const bySsh = () => assert.fail('nothing takes an sshd');
    const connection = await connectByPipes({
      ...{ home: { dialDir: '/nowhere' }, target, environment: {} },
      ...{ call: container.call, bySsh },
    });
    assert.ok(connection !== null);
    await connection.start({ wrap: command, script: '', nonce: 'n', common: {}, fresh: false });
    const [another] = container.later;
    assert.ok(another !== undefined, 'the one that the command has for itself is made up for');
    container.end();
    another(null);
    await connection.closed;
    assert.equal(connection.isOpen, false);
  });
});
