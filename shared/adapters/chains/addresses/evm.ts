import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { InvalidAddress, quote } from './invalid-address.ts';

/**
 * The EIP-55 form of an EVM address, for accounts and contracts alike.
 *
 * All-lower and all-upper hex carry no checksum and are accepted; mixed case is a checksum and must be right.
 * Source: EIP-55. Throws InvalidAddress.
 */
export function canonicalEvmAddress(address: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) {
    throw new InvalidAddress(
      `${quote(address)} is not an EVM address: expected 0x and 40 characters of 0-9 and a-f. Copy the whole address again.`,
    );
  }
  const hex = address.slice(2);
  const checksummed = withChecksum(hex.toLowerCase());
  const carriesChecksum = hex !== hex.toLowerCase() && hex !== hex.toUpperCase();
  if (carriesChecksum && address !== checksummed) {
    throw new InvalidAddress(
      `The checksum of ${address} is wrong, so a character differs from the real address: copy it again. If you are sure of it, write it all in lower case.`,
    );
  }
  return checksummed;
}

/** EIP-55: a letter is upper case where the hash of the lower-case hex has a digit of 8 or more. */
function withChecksum(lowerHex: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(lowerHex)));
  const cased = Array.from(lowerHex, (digit, i) => (hash.charAt(i) >= '8' ? digit.toUpperCase() : digit));
  return `0x${cased.join('')}`;
}
