import { readKeyVault } from '../../../src/core/secrets/source-keyvault';

// A process of its own: which certificates it trusts is settled when it starts. Each name comes with its limit, in ms.
const [vault = '', ...asked] = process.argv.slice(2);
void (async () => {
  for (const [name = '', milliseconds] of asked.map((one) => one.split('@'))) {
    const found = await readKeyVault({ vault, name }, { env: {} }, AbortSignal.timeout(Number(milliseconds)));
    process.stdout.write(`${found.kind === 'value' ? `= ${found.bytes.toString()}` : found.why}\n`);
  }
})();
