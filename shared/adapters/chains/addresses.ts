import { canonicalEvmAddress } from './addresses/evm.ts';
import { InvalidAddress } from './addresses/invalid-address.ts';
import { canonicalSolanaAddress } from './addresses/solana.ts';
import { canonicalStacksAddress, canonicalStacksContract } from './addresses/stacks.ts';
import { canonicalTronAddress } from './addresses/tron.ts';

export { InvalidAddress };

/** The families of chains. Chains of one kind write addresses alike: an EVM address is the same on all of them. */
export type ChainKind = 'evm' | 'tron' | 'solana' | 'stacks';

const ADDRESS_RULES: Record<ChainKind, (address: string) => string> = {
  evm: canonicalEvmAddress,
  tron: canonicalTronAddress,
  solana: canonicalSolanaAddress,
  stacks: canonicalStacksAddress,
};

const CONTRACT_RULES: Record<ChainKind, (address: string) => string> = {
  ...ADDRESS_RULES,
  stacks: canonicalStacksContract,
};

/**
 * The one form in which a wallet's address is stored, so that equal addresses are equal strings.
 *
 * EVM: EIP-55. Tron: base58check. Solana: base58, as given. Stacks: upper-case c32check, mainnet accounts only.
 * Space around the address, as a paste brings it, is dropped. Throws InvalidAddress, whose message says what was
 * expected and what to do.
 */
export function canonicalAddress(kind: ChainKind, address: string): string {
  return ADDRESS_RULES[kind](plain(address));
}

/**
 * The one form in which a token's contract (EVM, Tron), mint (Solana) or `address.contract[::asset]` (Stacks) is
 * stored. Otherwise as `canonicalAddress`. Says nothing about whether there is such a contract.
 */
export function canonicalContract(kind: ChainKind, address: string): string {
  return CONTRACT_RULES[kind](plain(address));
}

/** What an address of a contract may be in canonical form, on whichever kind of chain. */
export function canonicalContractForms(address: string): string[] {
  return (Object.keys(CONTRACT_RULES) as ChainKind[]).flatMap((kind) => {
    try {
      return [canonicalContract(kind, address)];
    } catch (error) {
      if (error instanceof InvalidAddress) return [];
      throw error;
    }
  });
}

/** Refuses what looks right but isn't: a Cyrillic "а", a full-width digit, an invisible character from a web page. */
function plain(address: string): string {
  const trimmed = address.trim();
  if (trimmed === '') throw new InvalidAddress('The address is empty: enter the whole address.');

  const characters = Array.from(trimmed);
  const position = characters.findIndex((character) => !/^[\x21-\x7e]$/.test(character));
  if (position !== -1) {
    const code = characters[position]?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    throw new InvalidAddress(
      `Character ${position + 1} of the address is U+${code}, which no address contains although it may look right: copy the address again from its source.`,
    );
  }
  return trimmed;
}
