// `node server.js` inside the sandbox, then open the published port on the host: http://127.0.0.1:8080/
const { createServer } = require("node:http");

createServer((_request, response) => response.end("hello from acme's sandbox\n")).listen(8080);
