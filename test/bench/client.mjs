// The load, run in a container: node - SITE KIND COUNT. Prints one number.
//   fresh  COUNT new TLS connections one after the other, each with its lookup and one request: median of milliseconds
//   kept   COUNT requests on one connection: median of milliseconds
//   bytes  one answer of COUNT bytes: MB a second
//   first  tries until there is a whole answer: when that was, in milliseconds since 1970
import { lookup } from "node:dns/promises";
import https from "node:https";

const [, , site, kind, count] = process.argv;

// Without node's own pool, and with a lookup each time.
const get = (path, agent) =>
  new Promise((resolve, reject) => {
    const request = https.get({ host: site, path, agent, timeout: 5000 }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
      });
      response.on("end", () => resolve(bytes));
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", reject);
  });

const median = async (work) => {
  const times = [];
  for (let i = 0; i < Number(count); i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
};

const kinds = {
  fresh: () => median(() => get("/", new https.Agent({ maxCachedSessions: 0 }))),
  kept: async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    await get("/", agent);
    const result = await median(() => get("/", agent));
    agent.destroy();
    return result;
  },
  bytes: async () => {
    const start = performance.now();
    const bytes = await get(`/bytes/${count}`, false);
    if (bytes !== Number(count)) throw new Error(`${bytes} bytes came, not ${count}`);
    return bytes / 1e3 / (performance.now() - start);
  },
  first: async () => {
    for (;;) {
      const came = await lookup(site)
        .then(() => get("/", false))
        .catch(() => 0);
      if (came > 0) return Date.now();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
};
process.stdout.write(String(await kinds[kind]()));
