/**
 * The baseline: an echo server that is nothing but uWebSockets.js, as its own examples write one, with the transport
 * settings of a shard's front.
 */

import uws from "uWebSockets.js";
import { fileURLToPath } from "node:url";
import { serve } from "../process/child.ts";

export interface BareEchoMethods {
  /** Listens on a free port of the loopback interface and answers it. */
  listen(): number;
}

export const BARE_ECHO = new URL(import.meta.url);

function listen(): Promise<number> {
  const app = uws.App().ws("/*", {
    compression: uws.DISABLED,
    maxPayloadLength: 4 * 1024 * 1024,
    maxBackpressure: 0,
    idleTimeout: 60,
    message: (ws, message, isBinary) => {
      ws.send(message, isBinary);
    },
  });
  return new Promise((resolve, reject) => {
    app.listen("127.0.0.1", 0, (socket) => {
      if (socket) resolve(uws.us_socket_local_port(socket as uws.us_socket));
      else reject(new Error("no port is free for the baseline server"));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve<BareEchoMethods>({ listen });
