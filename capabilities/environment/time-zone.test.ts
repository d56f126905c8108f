import { refuseTimeZone } from "./time-zone.ts";

test.each([
  "Europe/Berlin",
  "UTC",
  "US/Pacific",
  "Etc/GMT+3",
  ":America/New_York",
  "CET-1CEST,M3.5.0,M10.5.0/3",
  "<+03>-3",
  "",
])("%s is a time zone", (value) => expect(refuseTimeZone(value)).toBeUndefined());

test.each([
  ["Europe/Berln", /is no time zone: "Europe\/Berln"\. Did you mean "Europe\/Berlin"\? Write the name of one/],
  ["europe/berlin", /Did you mean "Europe\/Berlin"/],
  ["Berlin", /is no time zone: "Berlin"/],
  ["+02:00", /is no time zone/],
  ["../../etc/passwd", /is no time zone/],
])("%s is none", (value, why) => expect(refuseTimeZone(value)).toMatch(why));
