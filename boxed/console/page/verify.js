// Checks a receipt here, in the browser, as 'boxed receipt verify' does: the file must be the only
// spelling of its receipt, and the Ed25519 signature must cover every other field of it.

import { post } from "./api.js";

const HEX64 = /^[0-9a-f]{64}$/, HEX128 = /^[0-9a-f]{128}$/, NUMBER = /^R-[0-9]{6,}$/;

const ascii = (json) => json.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

// The receipt's file, and the bytes that its signature covers.
export const fileText = (receipt) => `${ascii(JSON.stringify(sorted(receipt), null, 2))}\n`;
export function signedBytes(receipt) {
  const { signature, ...rest } = receipt;
  return new TextEncoder().encode(`receipt\0${ascii(JSON.stringify(sorted(rest)))}`);
}

const no = (reason) => ({ ok: false, reason, by: "this browser" });

function parsed(text) {
  try {
    const receipt = JSON.parse(text);
    const whole = receipt && typeof receipt === "object" && NUMBER.test(receipt.number)
      && HEX64.test(receipt.public_key) && HEX128.test(receipt.signature);
    return whole ? receipt : null;
  } catch {
    return null;
  }
}

// Whether a receipt's text is what the store's key signed; without that key, what its own did.
export async function verify(text, storeKey) {
  const receipt = parsed(text);
  if (receipt === null) return no("this is no receipt as it was issued");
  if (fileText(receipt) !== text) return no("the file is not written as receipts are: it was changed");
  if (storeKey && receipt.public_key !== storeKey) return no(`it was signed by another key, ${receipt.public_key}`);
  let key;
  try {
    key = await crypto.subtle.importKey("raw", bytesOf(receipt.public_key), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    // No Ed25519 in this browser, or no cryptography at all, as on a page without TLS.
    return { ...await post("receipts/verify", { text }), by: "the gateway" };
  }
  const fits = await crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(receipt.signature), signedBytes(receipt));
  if (!fits) return no("the signature does not fit: the receipt was changed");
  const trust = storeKey ? "the key of this store" : "the key that it names itself: compare that with the key you were given";
  return { ok: true, reason: `receipt ${receipt.number} is as it was signed, by ${trust}`, by: "this browser" };
}
