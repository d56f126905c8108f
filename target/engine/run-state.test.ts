import type { ListedContainer } from "../others.ts";
import { crewOf } from "./run-state.ts";

const listed = (name: string, client?: string, role?: string): ListedContainer => ({
  ...{ name, client, role, running: true, holds: [] },
});

test("a client's containers are told by their labels, and not by what their names begin with", () => {
  const crew = crewOf("acme", [
    listed("acme-agent", "acme", "agent"),
    listed("acme-gateway", "acme", "gateway"),
    listed("acme-lock", "acme", "lock"),
    listed("acme-with-db", "acme", "beside"),
    listed("acme-2-agent", "acme-2", "agent"),
    listed("acme-with-cache"),
    listed("acme-gateway-old", "acme", "gateway"),
  ]);
  expect(Object.entries(crew).map(([role, found]) => [role, found.map(({ name }: ListedContainer) => name)])).toEqual([
    ["lock", ["acme-lock"]],
    ["gateway", ["acme-gateway"]],
    ["helpers", ["acme-with-db"]],
    ["agent", ["acme-agent"]],
  ]);
});
