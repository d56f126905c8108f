import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import { recordOf, type Sites } from "./sites.ts";

const A = 1;
const AAAA = 28;
const NAME_ERROR = 3;

/**
 * An authoritative DNS server for the fake internet, over UDP. Several addresses are told in another order each time;
 * an unknown name does not exist. Every question is told to `asked`, for a question is a way out as well.
 * @param patience milliseconds before each answer, asked anew each time; Infinity is a server that is down
 */
export function serveDns(
  sites: Sites,
  asked: (name: string) => void,
  patience: () => number = () => 0,
): Promise<dgram.Socket> {
  const socket = dgram.createSocket("udp4");
  let turn = 0;
  socket.on("message", (query, from) => {
    const question = readQuestion(query);
    if (!question) return;
    asked(question.name);
    const record = recordOf(question.name, sites.records);
    const addresses = (question.type === A ? record?.a : question.type === AAAA ? record?.aaaa : undefined) ?? [];
    turn += 1;
    const rotated = addresses.map((_, i) => addresses[(i + turn) % addresses.length]!).slice(0, record?.atOnce);
    const response = answer(query, question.end, record ? 0 : NAME_ERROR, record?.ttl ?? 0, rotated);
    if (patience() < Infinity) setTimeout(() => socket.send(response, from.port, from.address), patience());
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(53, sites.dns, () => resolve(socket));
  });
}

/** The one question of a query, and where it ends; nothing when the packet is not a query. */
function readQuestion(packet: Buffer): { name: string; type: number; end: number } | undefined {
  if (packet.length < 17 || packet.readUInt16BE(4) !== 1 || (packet[2]! & 0x80) !== 0) return undefined;
  const labels: string[] = [];
  let at = 12;
  while (at < packet.length && packet[at] !== 0) {
    const length = packet[at]!;
    if (length > 63) return undefined;
    labels.push(packet.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  if (at + 5 > packet.length) return undefined;
  return { name: labels.join("."), type: packet.readUInt16BE(at + 1), end: at + 5 };
}

function answer(query: Buffer, questionEnd: number, rcode: number, ttl: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(query.subarray(0, questionEnd));
  // Response, authoritative; "recursion desired" is echoed.
  head[2] = 0x84 | (head[2]! & 0x01);
  head[3] = 0x80 | rcode;
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, ...addresses.map((address) => resource(address, ttl))]);
}

function resource(address: string, ttl: number): Buffer {
  const data = isIPv6(address) ? ipv6(address) : Buffer.from(address.split(".").map(Number));
  const fixed = Buffer.alloc(12);
  // A pointer to the name in the question.
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(isIPv6(address) ? AAAA : A, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(ttl, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}

function ipv6(address: string): Buffer {
  const [before = "", after = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [groups(before), groups(after)];
  const words = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(words.flatMap((word) => [word >> 8, word & 255]));
}
