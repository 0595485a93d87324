/** Asks for an engine in this process's own environment and tells, as JSON, why there is none. */
import { createEngineConnection } from '../../../src/core/engine';
import { BerthError } from '../../../src/core/errors';
import { silentLogger } from '../../../src/core/log';

const connection = createEngineConnection({ env: process.env, log: silentLogger });
connection.get().then(
  () => process.stdout.write('{"code":"connected"}'),
  (error: unknown) => {
    const { status } = connection;
    const tried = status.kind === 'unreachable' ? status.tried.length : 0;
    const told = error instanceof BerthError ? error : new BerthError('internal', String(error));
    process.stdout.write(JSON.stringify({ code: told.code, hint: told.hint, errors: told.errors ?? [], tried }));
  },
);
