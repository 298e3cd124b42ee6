import { hash } from 'node:crypto';
import { InvalidAddress, quote } from './invalid-address.ts';

/** Crockford's base 32: no I, L, O or U, so that nothing can be misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** hash160 and checksum: what follows the S and the version character. */
const PAYLOAD_BYTES = 24;

/**
 * The upper-case c32check form of a mainnet account (a standard principal: SP…, or SM… for multisig).
 *
 * As c32check prescribes, small letters, O for 0 and I or L for 1 are read as what they stand for; the checksum must
 * then be right. Contracts and testnet addresses (ST…, SN…) are refused.
 * Source: SIP-005 and the c32check specification. Throws InvalidAddress.
 */
export function canonicalStacksAddress(address: string): string {
  if (address.includes('.')) {
    throw new InvalidAddress(
      `${quote(address)} is a contract, not a wallet: give the wallet's own address, without a dot.`,
    );
  }
  const normal = address.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (/^S[TN]/.test(normal)) {
    throw new InvalidAddress(
      `${quote(address)} belongs to the Stacks testnet: give a mainnet address, which begins with SP or SM.`,
    );
  }
  if (!/^S[PM][0-9A-HJKMNP-TV-Z]{26,39}$/.test(normal)) {
    throw new InvalidAddress(
      `${quote(address)} is not a Stacks address: expected SP or SM and up to 39 more letters and digits. Copy the whole address again.`,
    );
  }
  if (!hasChecksum(normal)) {
    throw new InvalidAddress(
      `The checksum of ${quote(address)} is wrong, so a character differs from the real address: copy it again.`,
    );
  }
  return normal;
}

/**
 * The canonical form of a Stacks token: `address.contract`, or `address.contract::asset` as the chain's API names it.
 *
 * Only the address is normalized: contract and asset names are case-sensitive. Nothing is added, so the two forms of
 * one token stay two strings. Source: SIP-005 (contract principals), SIP-010. Throws InvalidAddress.
 */
export function canonicalStacksContract(identifier: string): string {
  const match = /^([^.]+)(\.[a-zA-Z][a-zA-Z0-9_-]{0,39}(?:::[a-zA-Z][a-zA-Z0-9_!?+<>=/*-]{0,127})?)$/.exec(
    identifier,
  );
  const [, address, names] = match ?? [];
  if (!address || !names) {
    throw new InvalidAddress(
      `${quote(identifier)} is not a Stacks token: expected an address, a dot and the contract's name, such as SP….token-name or SP….token-name::asset.`,
    );
  }
  return canonicalStacksAddress(address) + names;
}

/** Whether "S", version, hash160 and checksum agree and are written the one way c32check writes them. */
function hasChecksum(address: string): boolean {
  const digits = address.slice(2);
  let value = 0n;
  for (const digit of digits) value = value * 32n + BigInt(ALPHABET.indexOf(digit));

  const hex = value.toString(16).padStart(PAYLOAD_BYTES * 2, '0');
  const payload = Buffer.from(hex, 'hex');
  // Each leading zero byte is one leading 0, so another number of them is another address, or none.
  if (payload.length !== PAYLOAD_BYTES || leadingZeros(digits) !== leadingZeroBytes(payload)) return false;

  const version = ALPHABET.indexOf(address.charAt(1));
  const once = hash('sha256', Buffer.from([version, ...payload.subarray(0, 20)]), 'buffer');
  return hash('sha256', once, 'buffer').subarray(0, 4).equals(payload.subarray(20));
}

function leadingZeros(digits: string): number {
  return digits.length - digits.replace(/^0+/, '').length;
}

function leadingZeroBytes(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.length : first;
}
