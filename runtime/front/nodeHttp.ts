/** HTTP over node:http, for the `ws` transport. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type HttpResponse, isBodiless, type RequestHead, type TransportHandlers } from "./transport.ts";

/** What a request says of itself, unchecked. */
export function requestHead(request: IncomingMessage): RequestHead {
  const url = request.url ?? "";
  const mark = url.indexOf("?");
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    host: request.headers.host ?? "",
    remote: request.socket.remoteAddress ?? "",
  };
}

/** Answers a request by the front's `http` handler. */
export function serve(request: IncomingMessage, response: ServerResponse, handlers: TransportHandlers): void {
  const exchange = handlers.http({
    ...requestHead(request),
    method: request.method ?? "",
    origin: request.headers.origin ?? "",
    ifNoneMatch: request.headers["if-none-match"] ?? "",
  });
  const finish = (answer: HttpResponse) => {
    const headers = answer.headers.flat();
    if (!isBodiless(answer.status)) headers.push("content-length", String(Buffer.byteLength(answer.body)));
    response.writeHead(answer.status, headers).end(request.method === "HEAD" ? undefined : answer.body);
  };
  const answer = (body: Uint8Array) => {
    const answered = exchange.answer(body);
    if (answered instanceof Promise) answered.then(finish);
    else finish(answered);
  };
  if (exchange.maxBody === 0) {
    request.resume();
    answer(new Uint8Array(0));
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    const before = size;
    size += chunk.length;
    if (size <= exchange.maxBody) chunks.push(chunk);
    else if (before <= exchange.maxBody) finish(exchange.tooLarge());
  });
  request.on("end", () => {
    if (size <= exchange.maxBody) answer(Buffer.concat(chunks, size));
  });
}

/** Answers an upgrade with plain HTTP; node:http hands over the bare stream for that. */
export function refuse(stream: Duplex, response: HttpResponse): void {
  const lines = response.headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const length = Buffer.byteLength(response.body);
  const status = `${response.status} ${STATUS_CODES[response.status] ?? ""}`;
  stream.write(`HTTP/1.1 ${status}\r\n${lines}content-length: ${length}\r\nconnection: close\r\n\r\n`);
  stream.end(response.body);
}
