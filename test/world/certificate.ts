/**
 * Certificate authorities that live as long as a test: Node can read certificates and sign bytes, so what is left is to
 * write the bytes, which are X.509 (RFC 5280) in DER (ITU-T X.690). Elliptic keys, since they are made in no time.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A certificate and its key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A private authority. */
export interface Authority {
  /** Its own certificate, PEM: who has it trusts what it issued. */
  readonly cert: string;
  /** A certificate for a name, and for an IPv4 address when it is a server's. */
  issue(name: string, address?: string): Identity;
}

/** Makes an authority of that name; two of one name are still two. */
export function makeAuthority(name: string): Authority {
  const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuer = { name, key: own.privateKey };
  return {
    cert: certificate(issuer, name, own.publicKey, [extension(basicConstraints, der(sequence, yes), yes)]),
    issue(subject, address) {
      const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extensions = [extension(basicConstraints, der(sequence), yes)];
      if (address !== undefined) {
        const octets = Buffer.from(address.split(".").map(Number));
        extensions.push(extension(subjectAltName, der(sequence, der(ipAddress, octets))));
      }
      return {
        cert: certificate(issuer, subject, pair.publicKey, extensions),
        key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

function certificate(
  issuer: { readonly name: string; readonly key: KeyObject },
  subject: string,
  publicKey: KeyObject,
  extensions: readonly Buffer[],
): string {
  const body = der(
    sequence,
    der(0xa0, der(integer, Buffer.of(2))),
    // A leading 1 keeps the number positive.
    der(integer, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    der(sequence, ecdsaWithSha256),
    commonName(issuer.name),
    der(sequence, ...["200101000000Z", "491231235959Z"].map((at) => der(utcTime, Buffer.from(at)))),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(sequence, ...extensions)),
  );
  const signature = sign("sha256", body, issuer.key);
  const whole = der(
    sequence,
    body,
    der(sequence, ecdsaWithSha256),
    der(bitString, Buffer.concat([Buffer.of(0), signature])),
  );
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const integer = 0x02;
const bitString = 0x03;
const octetString = 0x04;
const utf8String = 0x0c;
const utcTime = 0x17;
const sequence = 0x30;
const set = 0x31;
/** The seventh choice of a GeneralName. */
const ipAddress = 0x87;

/** One value with its tag and its length, of less than 64 kB. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

const yes = der(0x01, Buffer.of(0xff));
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const ecdsaWithSha256 = identifier("2a8648ce3d040302");
const basicConstraints = identifier("551d13");
const subjectAltName = identifier("551d11");

function commonName(name: string): Buffer {
  return der(sequence, der(set, der(sequence, identifier("550403"), der(utf8String, Buffer.from(name)))));
}

function extension(id: Buffer, value: Buffer, ...critical: readonly Buffer[]): Buffer {
  return der(sequence, id, ...critical, der(octetString, value));
}
