import { isFar, readEngine, refuseEngine } from "./named-engine.ts";

test.each([
  ["unix:///run/user/1000/far.sock", false],
  ["tcp://127.0.0.1:2375", false],
  ["tcp://localhost:2375", false],
  ["tcp://[::1]:2375", false],
  ["tcp://10.0.0.7:2376", true],
  ["tcp://localhost.corp.example:2376", true],
  ["tcp://127.0.0.1.corp.example:2376", true],
  ["ssh://gpu-box", true],
  ["ssh://dev@gpu-box:2222", true],
  ["ssh://dev@[fd00::7]", true],
  // A machine that is reached as another one is looked at as another one.
  ["ssh://localhost", true],
  ["context:gpu", false],
])("%s names an engine, on another machine: %s", (text, far) => {
  expect(refuseEngine(text)).toBeUndefined();
  expect(isFar(text)).toBe(far);
});

test("a password in an address is in no message", () => {
  const behind = [
    "joe:hunter2@",
    ":hunter2@",
    "joe:hun/ter2@",
    'joe:hu"nter2@',
    "joe:a hunter2@",
    "joe:hun@ter2@",
    "joe@x:hunter2@",
    "joe:hunter2\n@",
  ];
  for (const scheme of ["ssh://", "tcp://", "", "ssh:/"])
    for (const user of behind) {
      const said = refuseEngine(`${scheme}${user}box:1`);
      expect(said).toMatch(/…@box:1" names no engine/);
      expect(said).not.toMatch(/hun|ter2/);
    }
});

test.each([
  // Words that ssh, or what its settings start, would take for its own.
  ...[
    "ssh://-oProxyCommand=x",
    "ssh://-l@gpu-box",
    "ssh://dev@-box",
    "ssh://gpu-box -v",
    "ssh://$(id)",
    "ssh://a;b",
    "ssh://%h",
  ],
  ...["ssh://dev:secret@gpu-box", "ssh://gpu-box/run/docker.sock", "ssh://", "ssh://gpu-box:0", "ssh://gpu-box:70000"],
  ...[
    "tcp://10.0.0.7",
    "tcp://10.0.0.7:2376/v1",
    "tcp://:2376",
    "http://10.0.0.7:2375",
    "https://10.0.0.7:2376",
    "10.0.0.7:2376",
  ],
  ...[
    "unix://run/docker.sock",
    "unix:///a b",
    "unix:///a\nb",
    "unix:///%2e",
    "context:",
    "context:-x",
    "context:a/b",
    "",
    "gpu-box",
  ],
])("%j names none, and it is told what does", (text) => {
  expect(readEngine(text)).toBeUndefined();
  expect(refuseEngine(text)).toMatch(/names no engine; write unix:\/\/\/PATH, tcp:\/\/HOST:PORT, ssh:/);
});
