import type { Found, SourceContext } from './types';

/**
 * A secret of an Azure key vault, through Azure's own SDK, which is loaded here only. Who asks is whoever Azure's usual
 * chain finds: variables of a service principal, a workload's or the machine's identity, `az login` and its like.
 */
export async function readKeyVault(
  { vault, name }: { readonly vault: string; readonly name: string },
  { env }: Pick<SourceContext, 'env'>,
  signal: AbortSignal,
): Promise<Found> {
  // National clouds have domains of their own.
  const domain = env['BERTH_AZURE_VAULT_DOMAIN'] ?? 'vault.azure.net';
  if (!/^[a-z0-9.-]+$/.test(domain)) return { kind: 'failed', why: 'BERTH_AZURE_VAULT_DOMAIN is not a domain' };
  const [{ SecretClient }, { DefaultAzureCredential }] = await Promise.all([
    import('@azure/keyvault-secrets'),
    import('@azure/identity'),
  ]);
  try {
    const client = new SecretClient(`https://${vault}.${domain}`, new DefaultAzureCredential(), {
      retryOptions: { maxRetries: 1 },
    });
    const { value } = await client.getSecret(name, { abortSignal: signal });
    if (value === undefined) return { kind: 'failed', why: `the vault ${vault} has no value for ${name}` };
    return { kind: 'value', bytes: Buffer.from(value) };
  } catch (error) {
    return { kind: 'failed', why: refusal(error, vault, name, signal) };
  }
}

/** Never the SDK's own text: it may quote an answer. Pure. */
function refusal(error: unknown, vault: string, name: string, signal: AbortSignal): string {
  if (signal.aborted) return `the vault ${vault} did not answer in time`;
  const { name: kind = '', statusCode, code } = (error ?? {}) as { name?: string; statusCode?: number; code?: string };
  if (/Credential|Authentication/.test(kind)) {
    return 'nobody is signed in to Azure here: run `az login`, or set AZURE_CLIENT_ID and its like';
  }
  if (statusCode === 404) return `the vault ${vault} has no secret ${name}`;
  if (statusCode === 401 || statusCode === 403) return `the vault ${vault} does not let you read ${name}`;
  if (statusCode !== undefined) return `the vault ${vault} answered with ${statusCode}`;
  return `the vault ${vault} cannot be reached${code === undefined ? '' : ` (${code})`}`;
}
