// Whether a download would be served: asked once, with five seconds' patience, before a client that would try for
// minutes. Prints why not. Usage: node reachable.mjs URL
const [url] = process.argv.slice(2);
try {
  const answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(5_000) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
} catch (error) {
  const reason = error.name === "TimeoutError" ? "no answer in 5 s" : (error.cause?.code ?? error.message);
  console.log(`${new URL(url).hostname}: ${reason}`);
  process.exitCode = 1;
}
