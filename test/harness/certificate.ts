/** A self-signed certificate for 127.0.0.1 and localhost: X.509 v3 (RFC 5280) in as little DER as it takes. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const ECDSA_WITH_SHA256 = sequence(oid("2a8648ce3d040302"));
const NOBODY = sequence();
const LONG_VALID = sequence(time("250101000000Z"), time("490101000000Z"));
const SUBJECT_ALT_NAME = oid("551d11");

/** Writes `cert.pem` and `key.pem` into a folder. */
export function writeCertificate(folder: string): { cert: string; key: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const names = sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(sequence(SUBJECT_ALT_NAME, der(0x04, names)));
  const version3 = der(0xa0, der(0x02, Buffer.from([2])));
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const subjectKey = publicKey.export({ type: "spki", format: "der" });
  const content = sequence(
    version3,
    serial,
    ECDSA_WITH_SHA256,
    NOBODY,
    LONG_VALID,
    NOBODY,
    subjectKey,
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", content, privateKey)]));
  const certificate = sequence(content, ECDSA_WITH_SHA256, signature);

  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const lines = certificate.toString("base64").replace(/.{64}/g, "$&\n");
  writeFileSync(cert, `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`);
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return { cert, key };
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function time(utc: string): Buffer {
  return der(0x17, Buffer.from(utc));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const long = body.length > 255 ? [0x82, body.length >> 8, body.length & 255] : [0x81, body.length];
  const length = body.length < 128 ? [body.length] : long;
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
