import { base58 } from '@scure/base';
import { InvalidAddress, quote } from './invalid-address.ts';

/**
 * A Solana address as it is, for wallets, token accounts and mints alike.
 *
 * It is the base58 of exactly 32 bytes and has no checksum: a typing error that still decodes can't be seen.
 * Off-curve addresses pass, because program-derived ones (multisig vaults) hold funds too.
 * Source: Solana documentation, "Accounts". Throws InvalidAddress.
 */
export function canonicalSolanaAddress(address: string): string {
  // The length is checked before decoding, whose cost grows with its square.
  if (!/^[1-9A-HJ-NP-Za-km-z]{32,44}$/.test(address)) {
    throw new InvalidAddress(
      `${quote(address)} is not a Solana address: expected 32 to 44 letters and digits (never 0, O, I or l). Copy the whole address again.`,
    );
  }
  const size = base58.decode(address).length;
  if (size !== 32) {
    throw new InvalidAddress(
      `${quote(address)} is not a Solana address: it stands for ${size} bytes instead of 32. Copy the whole address again, and check that it is one of Solana.`,
    );
  }
  return address;
}
