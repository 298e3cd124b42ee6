import { hash } from 'node:crypto';
import { createBase58check } from '@scure/base';
import { InvalidAddress, quote } from './invalid-address.ts';

const base58check = createBase58check((data: Uint8Array) => new Uint8Array(hash('sha256', data, 'buffer')));

/** The first byte of every mainnet address; it is what makes the base58 form begin with T. */
const MAINNET = 0x41;

/**
 * The base58check form (T and 33 characters) of a Tron address, for accounts and contracts alike.
 *
 * Also takes the hex form that nodes use, 41 and 40 digits; hex has no checksum to verify.
 * Source: TRON protocol, "Accounts", address format. Throws InvalidAddress.
 */
export function canonicalTronAddress(address: string): string {
  const hex = /^(?:0x)?(41[0-9a-fA-F]{40})$/.exec(address)?.[1];
  if (hex) return base58check.encode(new Uint8Array(Buffer.from(hex, 'hex')));

  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(address)) {
    throw new InvalidAddress(
      `${quote(address)} is not a Tron address: expected T and 33 more letters and digits (never 0, O, I or l), or 41 and 40 hex digits. Copy the whole address again.`,
    );
  }
  if (!isMainnet(address)) {
    throw new InvalidAddress(
      `The checksum of ${address} is wrong, so a character differs from the real address: copy it again, with capital and small letters as they are.`,
    );
  }
  return address;
}

function isMainnet(address: string): boolean {
  try {
    const payload = base58check.decode(address);
    return payload.length === 21 && payload[0] === MAINNET;
  } catch {
    return false;
  }
}
