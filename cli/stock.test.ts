import { ofThings, readStock } from "./stock.ts";

const things = [
  { kind: "container" as const, name: "acme-agent" },
  { kind: "network" as const, name: "acme-inner" },
  { kind: "volume" as const, name: "acme-audit" },
  { kind: "volume" as const, name: "acme-home" },
];
const NONE = { container: [], network: [], volume: [] };

test("what was there and is gone is told by its name", () => {
  expect(ofThings({ things }, [], { ...NONE, volume: ["globex-home"] })).toEqual([
    { state: "gone", says: "1 container: acme-agent" },
    { state: "gone", says: "1 network: acme-inner" },
    {
      state: "gone",
      says: "2 volumes, with all in them: homes, history, caches, keys of git, the audit, kept policies, what was delivered: acme-audit, acme-home",
    },
  ]);
});

test("what has its name, or the client's label, is left, whether it was there before or came since", () => {
  const late = { kind: "container" as const, name: "acme-late" };
  const became = ofThings({ things }, [late], { ...NONE, container: ["acme-late"], volume: ["acme-home"] });
  expect(became.filter(({ state }) => state === "LEFT")).toEqual([
    { state: "LEFT", says: "container acme-late" },
    { state: "LEFT", says: "volume acme-home" },
  ]);
  // Also of what the engine's other lists do not have.
  expect(ofThings({ things: [] }, [late], NONE)).toEqual([{ state: "LEFT", says: "container acme-late" }]);
});

test("what is no stock is refused", () => {
  for (const text of ["", "{", "{}", '{"things":[{"kind":"x","name":"y"}],"images":[]}'])
    expect(() => readStock(text)).toThrow("--was takes what --before-destroy has printed");
});
