import type { Internet } from "../internet/internet.ts";

/** Nothing that senders in a sandbox tried came to the internet around it, nor a question for a name that is not allowed. */
export async function expectNothingArrived(internet: Internet): Promise<void> {
  const nothing = { packets: 0, bytes: 0 };
  expect({
    evil: await internet.reached("evil.test"),
    evil6: await internet.arrived("evil6"),
    printer: await internet.arrived("printer"),
    metadata: await internet.arrived("metadata"),
    neighbour: (await internet.reached("neighbour.test")).connections,
    asked: await internet.asked("evil.test"),
  }).toEqual({
    evil: { ...nothing, connections: 0 },
    evil6: nothing,
    printer: nothing,
    metadata: nothing,
    neighbour: 0,
    asked: 0,
  });
}
