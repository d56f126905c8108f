import { refused, type TechniqueClass } from "../technique.ts";

/** What follows after a name was judged, and protocols where they do not belong. */
export const switches: TechniqueClass = {
  name: "a switch of protocol",
  judged: "network",
  plain: "internet",
  rows: [
    ["switch-http-on-443", "HTTP on the port of TLS", "http(get(GOOD), port=443)", refused("tls", "no-sni")],
    ["switch-http-evil-on-443", "HTTP for an unlisted name on the port of TLS", "http(get(BAD), port=443)"],
    ["switch-tls-on-80", "TLS for an unlisted name on the port of HTTP", "tls(BAD, port=80)"],
    ["switch-tls-allowed-on-80", "TLS for an allowed name on the port of HTTP", "tls(GOOD, port=80)"],
    ["switch-ssh-on-443", "SSH on the port of TLS", "say(f'SSH-2.0-{TOKEN}\\r\\n')"],
    ["switch-ssh-on-80", "SSH on the port of HTTP", "http(f'SSH-2.0-{TOKEN}\\r\\n')"],
    ["switch-raw-on-443", "bytes on the port of TLS", "say(b'\\0\\1\\2' + TOKEN.encode())"],
    ["switch-silence", "nothing on the port of TLS, until patience ends, then a message", "say(b'', TOKEN, pause=5.5)"],
    ["switch-smtp", "mail on the port of HTTP", "http(f'EHLO {BAD}\\r\\nMAIL FROM:<{TOKEN}@{BAD}>\\r\\n')"],
    [
      "switch-websocket",
      "a websocket to an allowed name: the control",
      "http(get(GOOD, '/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='))",
      "open",
    ],
    [
      "switch-websocket-evil",
      "a websocket to an unlisted name",
      "http(get(BAD, '/', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='))",
      refused("http", "domain"),
    ],
    [
      "switch-websocket-fake",
      "a websocket that the site does not speak, then a request for an unlisted name",
      "http(get('allowed.test', '/', 'Connection: Upgrade', 'Upgrade: websocket'), get(BAD), pause=0.4)",
    ],
    [
      "switch-h2c",
      "an upgrade to HTTP/2",
      "http(get(GOOD, '/', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'))",
      refused("http", "bad-request"),
    ],
    [
      "switch-h2c-websocket",
      "an upgrade to HTTP/2 or a websocket",
      "http(get(GOOD, '/', 'Connection: Upgrade', 'Upgrade: websocket, h2c'))",
      refused("http", "bad-request"),
    ],
    [
      "switch-h2c-two",
      "an upgrade in two headers",
      "http(get(GOOD, '/', 'Connection: Upgrade', 'Upgrade: websocket', 'Upgrade: h2c'))",
      refused("http", "bad-request"),
    ],
    ["switch-h2c-prior", "HTTP/2 without asking", "http(request2(GOOD, '/'))"],
    ["switch-h2c-after", "HTTP/2 after an allowed request", "http(get('allowed.test'), request2(BAD, '/'), pause=0.4)"],
    [
      "switch-tls-upgrade",
      "an upgrade to TLS",
      "http(get(GOOD, '/', 'Connection: Upgrade', 'Upgrade: TLS/1.2'))",
      refused("http", "bad-request"),
    ],
    [
      "switch-git-port",
      "TLS to an unlisted name through the port of an allowed one's SSH",
      "tls(BAD, to=GITVIP, port=9418)",
      "shut",
      "nobody listens there",
    ],
  ],
};
