import { X509Certificate } from "node:crypto";

/**
 * Judges a file of `ca`: certificates, one or more, every one of which can be read. It may be in PEM form, with whatever is between them and the line ends of any
 * system, or be one certificate in DER form. Programs inside stop at one that they cannot read, so they are given certificates in PEM form and nothing else.
 * @param content the whole file
 * @param now for certificates that are out of date
 * @returns why it is refused, after the file's name; or what is delivered, and what a person should know of it
 */
export function judgeCertificates(
  content: Buffer,
  file: string,
  now: Date,
): { refused: string; delivered?: never } | { delivered: Buffer; warning?: string; refused?: never } {
  const read = certificatesOf(content);
  if ("refused" in read) return read;
  const late = read.certificates.flatMap((certificate, index) => {
    const why = untrusted(certificate, now);
    return why === undefined ? [] : [`${subject(certificate)} ${why}${which(index, read.certificates.length)}`];
  });
  const delivered = Buffer.from(read.certificates.join(""));
  if (late.length === 0) return { delivered };
  const warning = `${file}: ${late.join("; ")}: programs in the sandbox do not trust what it signed; name an authority's that is in force`;
  return { delivered, warning };
}

/** The certificates of a file, in its order, or why it is refused, after the file's name. */
export function certificatesOf(content: Buffer): { certificates: X509Certificate[] } | { refused: string } {
  const text = asText(content);
  // None has another in it. To look for the end of each in all that follows takes minutes of a file of 1 MiB.
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----(?:(?!-----BEGIN )[\s\S])*?-----END \1-----/g)];
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text))
    return { refused: "holds a private key, which would be delivered to the agent; keep the certificates alone in it" };
  const pem = blocks.filter(([, what]) => what !== undefined && CERTIFICATE.includes(what)).map(([block]) => block);
  const begun = [...text.matchAll(/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/g)].length;
  if (begun > pem.length)
    return {
      refused: `has ${begun} certificates that begin and ${pem.length} that end; it is cut off, so take it anew from its source`,
    };
  if (pem.length === 0) {
    const der = parsed(content);
    return der ? { certificates: [der] } : { refused: neither(blocks[0]?.[1]) };
  }
  const certificates: X509Certificate[] = [];
  for (const [index, block] of pem.entries()) {
    const certificate = parsed(Buffer.from(block.replace(/(X509|TRUSTED) CERTIFICATE/g, "CERTIFICATE"), "latin1"));
    if (!certificate)
      return {
        refused: `is PEM, but no certificate can be read of it${which(index, pem.length)}; take it anew from its source`,
      };
    certificates.push(certificate);
  }
  return { certificates };
}

/** What OpenSSL calls a certificate in PEM form. */
const CERTIFICATE: readonly string[] = ["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"];

/** Windows' own editors write a text in UTF-16 where they are asked for Unicode: its PEM is one all the same. */
function asText(content: Buffer): string {
  return content[0] === 0xff && content[1] === 0xfe ? content.toString("utf16le") : content.toString("latin1");
}

function neither(what: string | undefined): string {
  if (what === "PKCS7") return `holds a PKCS7; take its certificates out: openssl pkcs7 -print_certs -in FILE`;
  if (what !== undefined) return `holds a ${what} and no CERTIFICATE; name the file of the certificate`;
  return "is no certificate, in PEM form (-----BEGIN CERTIFICATE-----) or in DER form; name the file of a certificate";
}

function which(index: number, of: number): string {
  return of === 1 ? "" : ` (certificate ${index + 1} of ${of})`;
}

/** Why nothing that a certificate signed is trusted, after its name; nothing where it is. */
function untrusted(certificate: X509Certificate, now: Date): string | undefined {
  if (new Date(certificate.validTo) < now) return `ended on ${certificate.validTo}`;
  if (new Date(certificate.validFrom) > now) return `begins on ${certificate.validFrom}`;
  // One that signed itself may stand for itself alone.
  if (!certificate.ca && certificate.subject !== certificate.issuer)
    return `is no authority's (it was signed by ${issuer(certificate)})`;
  return undefined;
}

function parsed(content: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(content);
  } catch {
    return undefined;
  }
}

/** What a certificate is called, in one line. */
export function subject({ subject }: X509Certificate): string {
  return commonName(subject);
}

function issuer({ issuer }: X509Certificate): string {
  return commonName(issuer);
}

function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll("\n", ", ");
}
