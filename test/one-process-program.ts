// What test/one-process.ts starts: runs cli/agentbox.ts as often as it is told, each time as a module of another address, so that it begins anew and what it imports does not.
const AGENTBOX = new URL("../cli/agentbox.ts", import.meta.url);
const own = process.argv.slice(0, 1);
let calls = 0;

process.on("message", async ({ args, mark }: { args: string[]; mark: string }) => {
  process.argv = [...own, AGENTBOX.pathname, ...args];
  process.exitCode = undefined;
  const before = SIGNALS.map((signal) => process.listeners(signal));
  await import(`${AGENTBOX}?${calls++}`);
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  // Each run listens for these; without an end of its process eleven of them are a warning.
  process.removeAllListeners("uncaughtException");
  process.stdout.removeAllListeners("error");
  for (const [index, signal] of SIGNALS.entries())
    for (const listener of process.listeners(signal))
      if (!before[index]?.includes(listener)) process.off(signal, listener);
  for (const stream of [process.stdout, process.stderr]) stream.write(mark);
  process.send?.(code);
});

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
