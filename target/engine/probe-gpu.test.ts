import { readLook } from "./probe-gpu.ts";

test("what the look prints is read by its first words: the driver's program speaks for itself alone", () => {
  const lines = [
    "node /dev/nvidia0",
    "shut /dev/nvidiactl /bin/sh: 4: cannot create /dev/nvidiactl: Operation not permitted",
    "asks",
    "says GPU 0: NVIDIA X (UUID: GPU-1)",
    "says node /dev/nvidia1",
  ];
  expect(readLook(lines)).toEqual({
    nodes: [{ path: "/dev/nvidia0" }, { path: "/dev/nvidiactl", shut: "Operation not permitted" }],
    driver: ["GPU 0: NVIDIA X (UUID: GPU-1)", "node /dev/nvidia1"],
  });
  expect(readLook(["node /dev/nvidia0"])).toEqual({ nodes: [{ path: "/dev/nvidia0" }] });
});
