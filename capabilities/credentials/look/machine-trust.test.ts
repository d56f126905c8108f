import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { LEAF, ROOT } from "../certificates.sample.ts";
import { describeOwnAuthorities, ownAuthorities, trustPlaces } from "./machine-trust.ts";

let folder: string;
const NOW = new Date("2026-12-01");
const at = (name: string) => join(folder, name);
const found = (...files: string[]) => ownAuthorities({ folders: [at("anchors")], files: files.map(at) }, NOW);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trust-"));
  mkdirSync(at("anchors/below"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a machine that trusts public authorities alone is offered nothing", () => {
  writeFileSync(at("anchors/public.crt"), rootCertificates[0]!);
  writeFileSync(at("bundle.pem"), rootCertificates.join("\n"));
  expect(found("bundle.pem")).toEqual([]);
  expect(describeOwnAuthorities([])).toBeUndefined();
});

test("an authority of the company's is offered with its file, in PEM and in DER form, once", () => {
  writeFileSync(at("anchors/below/corp.crt"), new X509Certificate(ROOT).raw);
  writeFileSync(at("extra.pem"), `${rootCertificates[0]}\n${ROOT}`);
  expect(found("extra.pem")).toEqual([{ name: "acme root", file: at("anchors/below/corp.crt") }]);
  rmSync(at("anchors"), { recursive: true });
  expect(found("extra.pem")).toEqual([{ name: "acme root", file: at("extra.pem") }]);
});

test("what is no authority in force, no certificate or not to be read is passed over", () => {
  writeFileSync(at("anchors/leaf.crt"), LEAF);
  writeFileSync(at("anchors/README.crt"), "none");
  writeFileSync(at("anchors/notes.txt"), ROOT);
  mkdirSync(at("anchors/folder.crt"));
  expect(found("missing.pem", "anchors")).toEqual([]);
  writeFileSync(at("anchors/corp.crt"), ROOT);
  expect(ownAuthorities({ folders: [at("anchors")], files: [] }, new Date("2200-01-01"))).toEqual([]);
});

test("a distribution's bundle is no company's file, whatever is in it: its parts lie where they were put", () => {
  writeFileSync(at("bundle.pem"), [...rootCertificates, ROOT].join("\n"));
  expect(found("bundle.pem")).toEqual([]);
});

test("the line says what to write", () => {
  const line = describeOwnAuthorities([
    { name: "Corp Root", file: "/a.crt" },
    { name: "Corp Other", file: "/a.crt" },
  ]);
  expect(line).toMatch(/^this machine trusts "Corp Root" \(\/a\.crt\) and "Corp Other" \(\/a\.crt\), /);
  expect(line).toContain("add  agent-sandbox:ca: [/a.crt]  (or ca: [] to leave it so)");
});

test("variables that name a file are places, too", () => {
  expect(trustPlaces({ NODE_EXTRA_CA_CERTS: "/x.pem", SSL_CERT_FILE: "" }).files).toEqual(["/x.pem"]);
});
