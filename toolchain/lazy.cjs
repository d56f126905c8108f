"use strict";
/*
 * Loaded before the program (Pulumi.yaml, `nodeargs`). @pulumi/pulumi loads and does at every start what a deployment like this one never uses; here it
 * is left out, or done at its first use, and any doubt means: load now. Measured with @pulumi/pulumi 3.259.0 and Node 24 on 2 cores, of an `up` of 42 resources:
 * - the TypeScript compiler (9 MB) and npm's arborist, for serialising closures: 0.3 s;
 * - translation of stack traces through source maps: Node strips the types in place, so positions are exact without it: 0.9 s;
 * - a session of the inspector with its debugger on, for serialising closures: 65 ms, and it slows all that is loaded after it;
 * - OpenTelemetry's exporters, where `--tracing` asks for none: 90 ms;
 * - a stack trace for each promise and each resource, which say where in components/ each of them was made: 70 ms.
 */
const Module = require("node:module");

const EXPORTERS = /^@opentelemetry\/(?!api$)/;
const TRACED = process.argv.some((word) => /^--tracing=./.test(word));
const quick = new WeakSet();
const load = Module._load;
if (typeof load === "function") {
  Module._load = function lazily(id, parent, ...rest) {
    const now = () => load.call(this, id, parent, ...rest);
    if (!parent?.filename?.includes("/node_modules/@pulumi/pulumi/")) return now();
    if (id === "typescript") return onFirstUse(now);
    if (id === "source-map-support/register") return {};
    if (id.endsWith("/v8Hooks")) return withoutDebugger(now);
    // Only what starts the tracing uses them. The interface stays: spans are made of it also when nobody records them.
    if (!TRACED && parent.filename.endsWith("/cmd/run/tracing.js") && EXPORTERS.test(id)) return {};
    if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS && id.endsWith("/debuggable")) return withoutStack(now());
    if (id.endsWith("/resource")) return withoutPositions(now());
    if (id.endsWith("/codePaths")) return { computeCodePaths: (...args) => now().computeCodePaths(...args) };
    return now();
  };
}

/** What closures are read with comes at its first use, and with it the debugger. */
function withoutDebugger(now) {
  const hooks =
    (name) =>
    (...args) =>
      now()[name](...args);
  return {
    isInitializedAsync: async () => {},
    getSessionAsync: hooks("getSessionAsync"),
    getScriptUrl: hooks("getScriptUrl"),
  };
}

/** Promises that are never settled are found as before; only where they were made is not told. */
function withoutStack(debuggable) {
  const { debuggablePromise } = debuggable;
  // Half loaded, or seen before.
  if (typeof debuggablePromise !== "function" || quick.has(debuggablePromise)) return debuggable;
  debuggable.debuggablePromise = (...args) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
  quick.add(debuggable.debuggablePromise);
  return debuggable;
}

/** A resource's position in the program is for Pulumi's own console. */
function withoutPositions(resource) {
  if (typeof resource.Resource?.callsites === "function") resource.Resource.callsites = () => [];
  return resource;
}

/** Stands for an object that is made when somebody first looks at it. */
function onFirstUse(make) {
  let made;
  const real = () => {
    made ??= make();
    return made;
  };
  return new Proxy(
    {},
    {
      get: (_, key) => real()[key],
      has: (_, key) => key in real(),
      ownKeys: () => Reflect.ownKeys(real()),
      // Said to be configurable, as a proxy may not report a fixed property that its target lacks.
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(real(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}
