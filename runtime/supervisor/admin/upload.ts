/** Reads an upload whole, or not at all. */
import type { IncomingMessage } from "node:http";
import { AdminError } from "./adminError.ts";

/** Rejects with AdminError: 413 past `maxBytes`, 400 when it is empty or was cut off. */
export async function readUpload(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  // A length over the cap is refused before the first byte of it is read.
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AdminError) throw error;
    throw new AdminError(400, "upload-cut-off", "the upload ended before its end; nothing was changed");
  }
  if (bytes === 0)
    throw new AdminError(400, "empty-upload", "the upload is empty: send the component as the body");
  return Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number): AdminError {
  const advice = "uploadBytes (--upload-bytes, ROCKPOOL_UPLOAD_BYTES) raises the cap";
  return new AdminError(413, "upload-too-large", `a component may have ${maxBytes} bytes here; ${advice}`);
}
