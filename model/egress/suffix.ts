import { type IsShared, isWildcard } from "./name.ts";

/**
 * Shared domains that the public suffix list has only in part, or not at all. A wildcard over one of these, or over what is above
 * it, is refused, too.
 */
const SHARED = [
  ...["amazonaws.com", "on.aws", "cloudapp.azure.com", "core.windows.net", "vault.azure.net", "googleusercontent.com"],
  ...["aliyuncs.com", "b-cdn.net", "cloudflarestorage.com", "fastly.net", "myqcloud.com", "github.dev"],
  ...["datadoghq.com", "ingest.de.sentry.io", "ingest.sentry.io", "ingest.us.sentry.io", "nip.io", "sslip.io"],
];

/**
 * The judge of shared domains for these names. The public suffix list (ICANN's and private suffixes) takes 15 ms to load, so it is
 * loaded only when one of the names is a wildcard; asked about a wildcard that it was not told of, the judge throws.
 */
export async function sharedDomains(names: readonly string[]): Promise<IsShared> {
  if (!names.some(isWildcard))
    return (domain) => {
      throw new Error(`nobody said that "${domain}" has to be judged`);
    };
  const { getPublicSuffix } = await import("tldts");
  return (domain) =>
    getPublicSuffix(domain, { allowPrivateDomains: true, extractHostname: false, validateHostname: false }) ===
      domain || SHARED.some((shared) => shared === domain || shared.endsWith(`.${domain}`));
}
