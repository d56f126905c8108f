/**
 * IPv4 ranges that no name of the internet may lead to: this host, its networks, other networks of the same owner, multicast
 * and reserved space. An endpoint in them is declared by its address. Documentation ranges are not here: they hide nothing.
 */
export const PRIVATE_RANGES = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
] as const;
