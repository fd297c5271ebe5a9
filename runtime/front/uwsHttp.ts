/**
 * HTTP over uWebSockets.js. A response object dies when its peer goes away, and touching it then ends the
 * process: after `onAborted` nothing is written.
 */
import type Uws from "uWebSockets.js";
import { STATUS_CODES } from "node:http";
import { type HttpResponse, isBodiless, type TransportHandlers } from "./transport.ts";

/** Answers a request by the front's `http` handler. */
export function serve(res: Uws.HttpResponse, req: Uws.HttpRequest, handlers: TransportHandlers): void {
  const method = req.getMethod().toUpperCase();
  const exchange = handlers.http({
    method,
    path: req.getUrl(),
    query: req.getQuery() ?? "",
    host: req.getHeader("host"),
    remote: addressText(res.getRemoteAddressAsText()),
    origin: req.getHeader("origin"),
    ifNoneMatch: req.getHeader("if-none-match"),
  });
  const headOnly = method === "HEAD";
  let finished = false;
  const finish = (response: HttpResponse) => {
    if (finished) return;
    finished = true;
    res.cork(() => write(res, response, headOnly));
  };
  const answer = (body: Uint8Array) => {
    const response = exchange.answer(body);
    if (response instanceof Promise) response.then(finish);
    else finish(response);
  };
  // Without this handler the library ends the process when an answer comes after the request handler returns.
  res.onAborted(() => {
    finished = true;
  });
  if (exchange.maxBody === 0) {
    answer(new Uint8Array(0));
    return;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  res.onData((chunk, isLast) => {
    if (finished) return;
    size += chunk.byteLength;
    if (size > exchange.maxBody) {
      finish(exchange.tooLarge());
      return;
    }
    // Copied: the library takes the chunk back when this returns.
    if (chunk.byteLength > 0) chunks.push(new Uint8Array(chunk.slice(0)));
    if (isLast) answer(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
  });
}

/** Writes a whole response; within a request handler, or corked. */
export function write(res: Uws.HttpResponse, response: HttpResponse, headOnly: boolean): void {
  res.writeStatus(`${response.status} ${STATUS_CODES[response.status] ?? ""}`);
  for (const [name, value] of response.headers) res.writeHeader(name, value);
  if (isBodiless(response.status)) res.endWithoutBody();
  else if (headOnly) res.endWithoutBody(Buffer.byteLength(response.body));
  else res.end(response.body);
}

/** The library's form of an address. */
export function addressText(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("latin1");
}
