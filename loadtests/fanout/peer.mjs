// The peer: Node's socket.io as its documentation sets it up for speed. Whoever connects is in one
// room; the driver's every `command` is one event to that room.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.argv[2]));
const { Server } = require("socket.io");
const template = JSON.parse(process.argv[3]);

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  pingInterval: 600_000,
  pingTimeout: 600_000,
});

let seq = template.from_seq;
io.on("connection", (socket) => {
  if (!socket.handshake.auth.driver) {
    socket.join("room");
    return;
  }
  socket.on("command", () => {
    io.to("room").emit("events", { ...template, from_seq: seq, to_seq: seq });
    seq += 1;
  });
});

http.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  console.log(`ready ${http.address().port}`);
});
