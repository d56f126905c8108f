import fc from "fast-check";
import { aside, names } from "./names.ts";

/** What clients, helpers and purposes may be called: letters, digits and hyphens. */
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const client = fc.oneof(fc.constantFrom("acme", "acme-helper", "acme-helper-db"), word);
const own = fc.constantFrom("agent", "gateway", "lock", "home", "secrets", "audit");
const helper = fc.oneof(own, fc.constantFrom("db", "db-before", "db-agent"), word);

/** All names of a client's containers and volumes. */
const all = (of: string, helpers: readonly string[], purposes: readonly string[]) => {
  const { agent, gateway, lock, helper, volume } = names(of);
  const containers = [agent, gateway, lock, ...helpers.map(helper)];
  return [...containers, ...containers.map(aside), ...purposes.map(volume)];
};

test("no name of one client is another's, nor is one of its names another one's of its own, whatever its helpers are called", () => {
  const several = (of: fc.Arbitrary<string>) => fc.uniqueArray(of, { maxLength: 4 });
  const purposes = several(own.filter((name) => !["agent", "gateway", "lock"].includes(name)));
  fc.assert(
    fc.property(
      fc.uniqueArray(client, { minLength: 2, maxLength: 3 }),
      several(helper),
      purposes,
      (clients, helpers, purposes) => {
        const found = clients.flatMap((of) => all(of, helpers, purposes));
        expect(new Set(found).size).toBe(found.length);
      },
    ),
  );
});
