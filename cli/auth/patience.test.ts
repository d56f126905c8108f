import { patience, SILENCE } from "./patience.ts";

let time = 0;
let bounds: ReturnType<typeof patience>;
beforeEach(() => {
  time = 0;
  bounds = patience(() => time);
});

test("a domain is silent for ten minutes after a no, and others are not", () => {
  bounds.refused("claude.ai");
  expect([bounds.asks("claude.ai"), bounds.asks("login.acme.example")]).toEqual([false, true]);
  time += SILENCE - 1;
  expect(bounds.asks("claude.ai")).toBe(false);
  time += 1;
  expect(bounds.asks("claude.ai")).toBe(true);
});

test("a person is asked five times in ten minutes at most, whatever they say", () => {
  const asked = () => Array.from({ length: 100 }, () => bounds.asks("claude.ai")).filter(Boolean).length;
  expect(asked()).toBe(5);
  time += SILENCE;
  expect(asked()).toBe(5);
});

test("six requests a minute are looked at", () => {
  const looked = () => Array.from({ length: 1000 }, () => bounds.looks()).filter(Boolean).length;
  expect([looked(), looked()]).toEqual([6, 0]);
  time += 60_000;
  expect(looked()).toBe(6);
});

test("a sentence is told once in ten minutes, and of many different ones a dozen", () => {
  expect([bounds.tells("x"), bounds.tells("x")]).toEqual([true, false]);
  const told = Array.from({ length: 100 }, (_, at) => bounds.tells(`y${at}`)).filter(Boolean);
  expect(told).toHaveLength(11);
  time += SILENCE;
  expect(bounds.tells("x")).toBe(true);
});
