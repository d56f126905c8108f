import type { TechniqueClass } from "../technique.ts";
import { addresses, handed } from "./addresses.ts";
import { devices, engine, files, identity, kernel } from "./container.ts";
import { questions, resolvers } from "./dns.ts";
import { floods, packetFloods } from "./floods.ts";
import { frames } from "./frames.ts";
import { connections, hosts, proxies } from "./http.ts";
import { bridge, clients, everybody, host, metadata, rebinding, services } from "./inside.ts";
import { configuration } from "./link.ts";
import { icmp, quic, v6 } from "./protocols.ts";
import { smuggling } from "./smuggling.ts";
import { surfaces } from "./surfaces.ts";
import { switches } from "./switches.ts";
import { handshakes } from "./tls.ts";

/** Every technique the sandbox is tried with. What changes the ground it stands on comes last. */
export const TABLE: readonly TechniqueClass[] = [
  ...[addresses, handed, v6, icmp, quic],
  ...[questions, resolvers],
  ...[handshakes, switches],
  ...[hosts, connections, smuggling, proxies],
  ...[rebinding, metadata, host, everybody, services, clients],
  ...[frames, surfaces],
  ...[identity, engine, files, kernel, devices],
  ...[bridge, configuration, floods, packetFloods],
];
