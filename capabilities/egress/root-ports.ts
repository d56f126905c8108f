/**
 * Why a port is no endpoint, or nothing if it may be one: what usually listens there hands out the machine, or all that a person has on it. An
 * endpoint says nothing of who asks, so the agent would have it whole.
 * @param place `host`: this machine, where all of these are refused. `lan`: another, where what asks for a login or a key may be
 * declared; what asks for nothing may not
 */
export function refusePort(port: number, place: "host" | "lan"): string | undefined {
  const found = ROOT_PORTS.find(({ ports: [first, last = first] }) => port >= first && port <= last);
  if (!found || (place === "lan" && found.asks)) return undefined;
  const machine = place === "host" ? "this machine" : "that machine";
  return `${port} is ${found.what}: ${found.asks ? "whoever has a key or guesses one" : "it asks for nothing, and whoever reaches it"} ${found.gives} ${machine}`;
}

interface RootPort {
  /** One port, or the first and the last of several. */
  ports: [first: number, last?: number];
  what: string;
  /** Whether it asks who is there before it does what it is told. */
  asks: boolean;
  /** What it hands out, before the name of the machine. */
  gives: "is root on" | "reads and writes files of" | "runs programs as you on" | "sees and does all that you do on";
}

/** By their registrations at IANA, or the defaults in the documents of what listens there. */
const ROOT_PORTS: readonly RootPort[] = [
  { ports: [22], what: "the secure shell", asks: true, gives: "runs programs as you on" },
  { ports: [23], what: "telnet", asks: true, gives: "runs programs as you on" },
  { ports: [139], what: "a file share (SMB)", asks: true, gives: "reads and writes files of" },
  { ports: [445], what: "a file share (SMB)", asks: true, gives: "reads and writes files of" },
  { ports: [512, 514], what: "a remote shell (rexec, rlogin, rsh)", asks: false, gives: "runs programs as you on" },
  { ports: [873], what: "rsync's daemon", asks: false, gives: "reads and writes files of" },
  { ports: [2049], what: "a file share (NFS)", asks: false, gives: "reads and writes files of" },
  { ports: [2375], what: "Docker's API", asks: false, gives: "is root on" },
  { ports: [2376], what: "Docker's API with TLS", asks: true, gives: "is root on" },
  { ports: [2377], what: "Docker's swarm", asks: true, gives: "is root on" },
  { ports: [2379, 2380], what: "etcd", asks: false, gives: "is root on" },
  { ports: [3389], what: "a remote desktop (RDP)", asks: true, gives: "sees and does all that you do on" },
  { ports: [3632], what: "distcc's daemon", asks: false, gives: "runs programs as you on" },
  { ports: [4243], what: "Docker's API at its old port", asks: false, gives: "is root on" },
  { ports: [4646], what: "Nomad's API", asks: false, gives: "is root on" },
  { ports: [5005], what: "a Java debugger (JDWP)", asks: false, gives: "runs programs as you on" },
  { ports: [5037], what: "the server of Android's debug bridge", asks: false, gives: "reads and writes files of" },
  { ports: [5555], what: "Android's debug bridge", asks: false, gives: "runs programs as you on" },
  {
    ports: [5800, 5809],
    what: "a remote desktop (VNC in a browser)",
    asks: true,
    gives: "sees and does all that you do on",
  },
  { ports: [5900, 5984], what: "a remote desktop (VNC)", asks: true, gives: "sees and does all that you do on" },
  { ports: [5985, 5986], what: "Windows remote management", asks: true, gives: "is root on" },
  // Displays from 10 on are those that ssh forwards.
  { ports: [6000, 6063], what: "a display (X11)", asks: false, gives: "sees and does all that you do on" },
  { ports: [6443], what: "the API of Kubernetes", asks: true, gives: "is root on" },
  { ports: [7681], what: "a terminal in a browser (ttyd)", asks: false, gives: "runs programs as you on" },
  { ports: [8006], what: "Proxmox", asks: true, gives: "is root on" },
  { ports: [9222], what: "a browser's debugger", asks: false, gives: "sees and does all that you do on" },
  { ports: [9229], what: "Node's debugger", asks: false, gives: "runs programs as you on" },
  { ports: [10250], what: "the kubelet", asks: true, gives: "is root on" },
  { ports: [10255], what: "the kubelet without a login", asks: false, gives: "is root on" },
  { ports: [16509], what: "libvirt's API", asks: false, gives: "is root on" },
  { ports: [16514], what: "libvirt's API with TLS", asks: true, gives: "is root on" },
];
