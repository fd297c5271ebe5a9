/** Reads TLS files before a library sees them, because uWebSockets.js says nothing of what is wrong. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { TlsError } from "./transport.ts";

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}

/** The PEM texts; throws {@link TlsError} when a file cannot be read, parsed, or the two do not belong together. */
export function readTls(files: TlsFiles): { cert: Buffer; key: Buffer } {
  const cert = read(files.certFile);
  const key = read(files.keyFile);
  let matches: boolean;
  try {
    matches = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new TlsError(`${files.certFile} or ${files.keyFile} is not valid: ${(error as Error).message}`);
  }
  if (!matches) throw new TlsError(`${files.keyFile} is not the key of ${files.certFile}`);
  return { cert, key };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TlsError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
