import { compareKernels } from "./own-kernel.ts";

const shared = { number: "6f1c", version: "Linux version 6.18" };

test("another number is another kernel, and the same one the same", () => {
  expect(compareKernels({ ...shared, number: "0a0a" }, shared)).toEqual({ seen: true });
  expect(compareKernels(shared, shared)).toEqual({ seen: false });
});

test("a kernel without a number is another one only where it calls itself otherwise", () => {
  expect(compareKernels({ number: "none", version: "Linux version 4.4.0" }, shared)).toEqual({ seen: true });
  expect(compareKernels({ ...shared, number: "none" }, shared)).toEqual({ unseen: expect.any(String) });
  expect(compareKernels(shared, { ...shared, number: "none" })).toEqual({ unseen: expect.any(String) });
});
