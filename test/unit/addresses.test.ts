import fc from "fast-check";
import { overlaps, planAddresses } from "../../model/addresses.ts";

const clientName = () => fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);

test("no two clients share an address, whoever comes first", () => {
  fc.assert(
    fc.property(fc.uniqueArray(clientName(), { minLength: 2, maxLength: 60 }), (clients) => {
      const taken: string[] = [];
      for (const client of clients) {
        const { inner, outer } = planAddresses(client, [], taken)!;
        for (const subnet of [inner, outer]) expect(taken.some((other) => overlaps(other, subnet))).toBe(false);
        taken.push(inner, outer);
      }
    }),
  );
});

test("a client keeps its networks, whatever appears beside it", () => {
  fc.assert(
    fc.property(clientName(), fc.array(clientName(), { maxLength: 20 }), (client, others) => {
      const first = planAddresses(client, [], [])!;
      const own = [first.inner, first.outer];
      const taken = others.flatMap((other) => {
        const { inner, outer } = planAddresses(other, [], own)!;
        return [inner, outer];
      });
      expect(planAddresses(client, own, taken)).toEqual(first);
    }),
  );
});

test("a network in use moves the plan, a declared endpoint inside it too", () => {
  const first = planAddresses("acme", [], [])!;
  const moved = planAddresses("acme", [], [first.gateway.replace(/\d+$/, "77/32")])!;
  expect(moved.inner).not.toBe(first.inner);
  expect(overlaps(moved.inner, first.inner)).toBe(false);
});

test("gateway, agent, engine's pool and virtual addresses never meet", () => {
  const plan = planAddresses("acme", [], [])!;
  const parts = [`${plan.gateway}/32`, `${plan.agent}/32`, plan.innerPool, plan.vips];
  for (const [i, a] of parts.entries()) for (const b of parts.slice(i + 1)) expect(overlaps(a, b)).toBe(false);
  for (const part of parts) expect(overlaps(part, plan.inner)).toBe(true);
});

test("in a full pool there is no plan", () => {
  expect(planAddresses("acme", [], ["10.0.0.0/8"])).toBeUndefined();
});

test.each([
  ["10.0.0.0/8", "10.1.2.3/32", true],
  ["10.0.0.0/24", "10.0.1.0/24", false],
  ["0.0.0.0/0", "192.168.1.1/32", true],
  ["192.168.1.1", "192.168.1.1/24", true],
])("%s and %s overlap: %s", (a, b, expected) => {
  expect(overlaps(a, b)).toBe(expected);
  expect(overlaps(b, a)).toBe(expected);
});
