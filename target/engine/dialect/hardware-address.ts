/**
 * The hardware address that goes with an IPv4 address, made as Docker before 28 makes them. Those of Podman and of later Dockers are random: after each restart of the
 * gateway the agent went on sending to the old one, on Podman for 6 to 35 seconds (measured). Docker 28 announces the new one of the gateway's own address, and of none of
 * its virtual ones: what the agent had asked before was not reached after its gateway was made anew (28.5.2).
 */
export function hardwareAddress(address: string): string {
  const bytes = address.split(".").map((byte) => Number(byte).toString(16).padStart(2, "0"));
  return ["02", "42", ...bytes].join(":");
}
