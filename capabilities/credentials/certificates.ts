import { X509Certificate } from "node:crypto";

/**
 * Judges a file of `ca`: PEM certificates, one or more, every one of which can be read. Programs inside stop at one that cannot.
 * @param content the whole file
 * @param now for certificates that are out of date
 * @returns why it is refused, after the file's name, or what a person should know of it
 */
export function judgeCertificates(content: Buffer, file: string, now: Date): { refused?: string; warning?: string } {
  const text = content.toString("latin1");
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)];
  if (blocks.some(([, what]) => what?.includes("PRIVATE KEY")))
    return { refused: "holds a private key, which would be delivered to the agent; keep the certificates alone in it" };
  const certificates = blocks.filter(([, what]) => what === "CERTIFICATE");
  if (certificates.length === 0) return { refused: noPem(content, file, blocks[0]?.[1]) };
  const begun = [...text.matchAll(/-----BEGIN CERTIFICATE-----/g)].length;
  if (begun > certificates.length)
    return {
      refused: `has ${begun} certificates that begin and ${certificates.length} that end; it is cut off, so take it anew from its source`,
    };
  const late: string[] = [];
  for (const [index, [block]] of certificates.entries()) {
    const certificate = parsed(Buffer.from(block, "latin1"));
    const which = certificates.length === 1 ? "" : ` (certificate ${index + 1} of ${certificates.length})`;
    if (!certificate)
      return { refused: `is PEM, but no certificate can be read of it${which}; take it anew from its source` };
    if (new Date(certificate.validTo) < now)
      late.push(`${subject(certificate)} ended on ${certificate.validTo}${which}`);
    else if (new Date(certificate.validFrom) > now)
      late.push(`${subject(certificate)} begins on ${certificate.validFrom}${which}`);
    // One that signed itself may stand for itself alone.
    else if (!certificate.ca && certificate.subject !== certificate.issuer)
      late.push(`${subject(certificate)} is no authority's (it was signed by ${issuer(certificate)})${which}`);
  }
  return late.length > 0
    ? {
        warning: `${file}: ${late.join("; ")}: programs in the sandbox do not trust what it signed; name an authority's that is in force`,
      }
    : {};
}

function noPem(content: Buffer, file: string, what: string | undefined): string {
  if (what) return `holds a ${what} and no CERTIFICATE; name the file of the certificate`;
  if (parsed(content))
    return `is a certificate in DER form; programs in the sandbox read PEM: openssl x509 -inform der -in ${file} -out ${file.replace(/\.[^./]+$/, "")}.pem, and name that`;
  return "is no certificate in PEM form (-----BEGIN CERTIFICATE-----); name the file of a certificate";
}

function parsed(content: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(content);
  } catch {
    return undefined;
  }
}

function subject({ subject }: X509Certificate): string {
  return commonName(subject);
}

function issuer({ issuer }: X509Certificate): string {
  return commonName(issuer);
}

function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll("\n", ", ");
}
