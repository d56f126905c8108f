import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressPlan } from "../../capabilities/network/addresses.ts";
import type { FoundNetwork } from "./answers.ts";
import { placeNetwork, planNetworks } from "./network.ts";

const addresses = (inner = "10.208.0"): AddressPlan => ({
  ...{ inner: `${inner}.0/24`, outer: "10.208.1.0/24", innerPool: `${inner}.64/26`, gateway: `${inner}.2` },
  ...{ agent: `${inner}.3`, vips: `${inner}.128/25`, host: "10.208.1.1" },
});

const plan = (found: FoundNetwork[], { kind = "docker", was = true, inner = "10.208.0" } = {}) =>
  planNetworks("acme", addresses(inner), { kind: kind as "docker" | "podman" }, found, was);

/** The inner network, as an engine has it that made it as planned. */
function made(kind = "docker"): FoundNetwork {
  const { name, spec, hash } = plan([], { kind }).inner;
  return {
    ...{ Id: "1", Name: name, Driver: "bridge", Internal: true, EnableIPv6: false, Options: { ...spec.options } },
    Labels: { "agent-sandbox.client": "acme", "agent-sandbox.spec": hash },
    IPAM: { Config: [{ Subnet: "10.208.0.0/24", IPRange: "10.208.0.64/26", Gateway: "10.208.0.1" }] },
  };
}

test("a network that is as it was planned stays", () => {
  expect(plan([made()]).inner).toMatchObject({ stands: true, changed: [] });
});

test("one that is not there is made, and told where the client had it before", () => {
  expect(plan([], { was: false }).inner).toMatchObject({ stands: false, changed: [] });
  expect(plan([]).inner).toMatchObject({
    stands: false,
    changed: ["acme-inner: it is not there any more; it is made anew"],
  });
});

test.each<[string, Partial<FoundNetwork>, RegExp]>([
  ["a way out", { Internal: false }, /^acme-inner: its internal is false, not true; it is made anew$/],
  ["an address of the host", { Options: {} }, /^acme-inner: its options is \{\}, not /],
  ["IPv6", { EnableIPv6: true }, /its IPv6 is true, not false/],
  ["another subnet", { IPAM: { Config: [{ Subnet: "10.9.0.0/24" }] } }, /its ipamConfigs is .*10\.9\.0\.0/],
  ["another driver", { Driver: "macvlan" }, /its driver is "macvlan", not "bridge"/],
])("one that somebody made anew with %s and the same labels is made anew", (_what, other, said) => {
  expect(plan([{ ...made(), ...other }]).inner).toMatchObject({
    stands: false,
    changed: [expect.stringMatching(said)],
  });
});

test("one of another plan is made anew, and that is nobody's doing", () => {
  expect(plan([made()], { inner: "10.208.2" }).inner).toMatchObject({ stands: false, changed: [] });
});

test("one that is not the client's does not stand for it", () => {
  expect(plan([{ ...made(), Labels: {} }]).inner.stands).toBe(false);
});

test("one whose members could not be asked for stays: they are not taken for none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-sandbox-network-"));
  const api = createServer((_request, response) => response.end(JSON.stringify(made())));
  await new Promise<void>((done) => {
    api.listen(join(folder, "engine.sock"), () => done());
  });
  writeFileSync(join(folder, "docker"), `#!/bin/sh\necho $1 >>${folder}/calls\necho "Cannot connect" >&2; exit 1\n`, {
    mode: 0o755,
  });
  const { name, spec } = plan([]).inner;
  const labels = { "agent-sandbox.client": "acme", "agent-sandbox.spec": "another" };
  const engine = { kind: "docker" as const, cli: join(folder, "docker"), host: `unix://${folder}/engine.sock` };
  await expect(placeNetwork(engine, "acme", { name, spec, labels }, false)).rejects.toThrow(
    /^acme-inner has to be made anew and cannot be removed: Cannot connect$/,
  );
  expect(readFileSync(join(folder, "calls"), "utf8")).toBe("ps\n");
  await new Promise((done) => api.close(done));
  rmSync(folder, { recursive: true, force: true });
});

test("on Podman, which reads addresses and options back in another form, the label and what else is read judge", () => {
  const other = { ...made("podman"), Options: {}, IPAM: { Config: [{ Subnet: "10.208.0.0/24", Gateway: "<nil>" }] } };
  expect(plan([other], { kind: "podman" }).inner).toMatchObject({ stands: true, changed: [] });
  expect(plan([{ ...other, Internal: false }], { kind: "podman" }).inner.stands).toBe(false);
  // As netavark makes one that is asked for by Docker's API, with Podman's own resolver on it.
  const open = { ...other, IPAM: { Config: [{ Subnet: "10.208.0.0/24", Gateway: "10.208.0.1" }] } };
  expect(plan([open], { kind: "podman" }).inner).toMatchObject({
    stands: false,
    changed: [`acme-inner: its host's addresses is ["10.208.0.1"], not []; it is made anew`],
  });
});
