import fc from 'fast-check';
import { getAddress } from 'viem';
import { describe, expect, test } from 'vitest';
import {
  type ChainKind,
  canonicalAddress,
  canonicalContract,
  InvalidAddress,
} from '#shared/adapters/chains/addresses.ts';

const VITALIK = '0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045';
const USDT_TRON = 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t';
const USDT_TRON_HEX = '41a614f803b6fd780986a42c78ec9c7f77e6ded13c';
const TRON_ZERO = 'T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb';
const SOLANA_SYSTEM = '11111111111111111111111111111111';
const SOLANA_USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
const STACKS = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7';
const STACKS_ZERO = 'SP000000000000000000002Q6VF78';
const SBTC = 'SM3VDXK3WZZSA84XXFKAFAF15NNZX32CTSG82JFQ4';

// The addresses given in EIP-55, and its all-caps and all-lower ones.
const EIP_55 = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  '0x52908400098527886E0F7030069857D2E4169EE7',
  '0x8617E340B3D01FA5F11F306F4090FD50E238070D',
  '0xde709f2102306220921060314715629080e2fb77',
  '0x27b1fdb04752bbc536007a920d24acb045561c26',
];

// From c32check's own tests: the hash160 a46f…d39d and some full of zeros, as mainnet single- and multisig.
const C32CHECK = [
  'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7',
  'SP000000000000000000002Q6VF78',
  'SP00000000000000000005JA84HQ',
  'SP80000000000000000000000000000004R0CMNV',
  'SP800000000000000000000000000000033H8YKK',
  'SM2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQVX8X0G',
  'SM0000000000000000000062QV6X',
  'SM00000000000000000005VR75B2',
  'SM80000000000000000000000000000004WBEWKC',
  'SM80000000000000000000000000000000JGSYGV',
];

describe('an address is stored in one form', () => {
  test.each(EIP_55)('keeps the EIP-55 form of %s', (address) => {
    expect(canonicalAddress('evm', address)).toBe(address);
    expect(canonicalAddress('evm', address.toLowerCase())).toBe(address);
    expect(canonicalAddress('evm', `0x${address.slice(2).toUpperCase()}`)).toBe(address);
  });

  test('agrees with viem on any EVM address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (bytes) => {
        const hex = `0x${Buffer.from(bytes).toString('hex')}` as const;
        expect(canonicalAddress('evm', hex)).toBe(getAddress(hex));
      }),
    );
  });

  test.each(C32CHECK)('keeps the c32check form of %s', (address) => {
    expect(canonicalAddress('stacks', address)).toBe(address);
  });

  test.each<[string, ChainKind, string, string]>([
    ['Tron base58', 'tron', USDT_TRON, USDT_TRON],
    ['Tron hex', 'tron', USDT_TRON_HEX, USDT_TRON],
    ['Tron hex in upper case', 'tron', USDT_TRON_HEX.toUpperCase(), USDT_TRON],
    ['Tron hex after 0x', 'tron', `0x${USDT_TRON_HEX}`, USDT_TRON],
    ['the zero address of Tron', 'tron', `41${'0'.repeat(40)}`, TRON_ZERO],
    ['a Solana address of 44 characters', 'solana', SOLANA_USDC, SOLANA_USDC],
    ['a Solana address of 32 characters', 'solana', SOLANA_SYSTEM, SOLANA_SYSTEM],
    ['a Stacks address in small letters', 'stacks', STACKS.toLowerCase(), STACKS],
    ['Stacks with O for 0', 'stacks', `SP${'O'.repeat(20)}2Q6VF78`, STACKS_ZERO],
    ['Stacks with I for 1', 'stacks', STACKS.replaceAll('1', 'I'), STACKS],
    ['Stacks with l for 1', 'stacks', STACKS.replaceAll('1', 'l'), STACKS],
    ['a Stacks multisig', 'stacks', SBTC, SBTC],
    ['space around it', 'evm', `  ${VITALIK}\r\n`, VITALIK],
    ['a no-break space after it', 'tron', `${USDT_TRON}\u00a0`, USDT_TRON],
  ])('%s', (_, kind, given, stored) => {
    expect(canonicalAddress(kind, given)).toBe(stored);
    expect(canonicalAddress(kind, stored)).toBe(stored);
  });
});

describe('a wrong address is refused, with what to do', () => {
  test.each<[string, ChainKind, string, RegExp]>([
    ['nothing', 'evm', '', /empty: enter/],
    ['only space', 'solana', ' \t\n', /empty: enter/],
    ['space inside', 'evm', '0xd8dA6BF26964aF9D7eEd 9e03E53415D37aA96045', /Character 23 .* U\+0020/],
    ['a Cyrillic a', 'evm', VITALIK.replace('A', '\u0410'), /Character 6 .* U\+0410/],
    ['a full-width digit', 'tron', USDT_TRON.replace('7', '\uff17'), /Character 3 .* U\+FF17/],
    ['a zero-width space', 'stacks', `SP\u200b${STACKS.slice(2)}`, /Character 3 .* U\+200B/],
    ['an emoji', 'solana', `${SOLANA_USDC.slice(0, 40)}😀`, /Character 41 .* U\+1F600/],
    ['a Kelvin sign, which becomes K', 'stacks', STACKS.replace('K', '\u212a'), /U\+212A/],

    ['EVM, a letter in the wrong case', 'evm', VITALIK.replace('dA', 'da'), /checksum .* wrong.* lower case/],
    ['EVM, one digit changed', 'evm', VITALIK.replace('96045', '96046'), /checksum .* wrong/],
    ['EVM, too short', 'evm', VITALIK.slice(0, -1), /expected 0x and 40/],
    ['EVM, too long', 'evm', `${VITALIK}0`, /expected 0x and 40/],
    ['EVM without 0x', 'evm', VITALIK.slice(2), /expected 0x and 40/],
    ['EVM, not hex', 'evm', VITALIK.replace('d8', 'g8'), /expected 0x and 40/],
    ['a name instead of an address', 'evm', 'vitalik.eth', /expected 0x and 40/],
    ['Tron as EVM', 'evm', USDT_TRON, /expected 0x and 40/],

    ['Tron, one letter in the wrong case', 'tron', USDT_TRON.replace('NH', 'nH'), /checksum .* wrong/],
    ['Tron in small letters', 'tron', USDT_TRON.toLowerCase(), /expected T and 33/],
    ['Tron, too short', 'tron', USDT_TRON.slice(0, -1), /expected T and 33/],
    ['Tron, too long', 'tron', `${USDT_TRON}t`, /expected T and 33/],
    ['Tron, a letter outside base58', 'tron', USDT_TRON.replace('7', '0'), /expected T and 33/],
    ['Tron hex of 20 bytes', 'tron', `0x${USDT_TRON_HEX.slice(2)}`, /expected T and 33/],
    ['Tron hex of a test network', 'tron', `a0${USDT_TRON_HEX.slice(2)}`, /expected T and 33/],
    ['Solana as Tron', 'tron', SOLANA_USDC, /expected T and 33/],

    ['Solana, 31 bytes', 'solana', SOLANA_SYSTEM.slice(1), /expected 32 to 44/],
    ['Solana, 33 bytes', 'solana', `1${SOLANA_SYSTEM}`, /33 bytes instead of 32/],
    ['Solana, two characters lost', 'solana', SOLANA_USDC.slice(0, -2), /31 bytes instead of 32/],
    ['Solana, too long', 'solana', `${SOLANA_USDC}1`, /expected 32 to 44/],
    ['Solana, a letter outside base58', 'solana', SOLANA_USDC.replace('P', 'l'), /expected 32 to 44/],
    ['Tron as Solana', 'solana', USDT_TRON, /25 bytes instead of 32/],

    ['Stacks, one character changed', 'stacks', STACKS.replace('J6', 'J7'), /checksum .* wrong/],
    ['Stacks, another version', 'stacks', STACKS.replace('SP', 'SM'), /checksum .* wrong/],
    ['Stacks zeros, one too many', 'stacks', STACKS_ZERO.replace('P', 'P0'), /checksum .* wrong/],
    ['Stacks zeros, one too few', 'stacks', STACKS_ZERO.replace('P0', 'P'), /checksum .* wrong/],
    ['Stacks, more than 24 bytes', 'stacks', `SPZ${STACKS.slice(3)}`, /checksum .* wrong/],
    ['Stacks testnet', 'stacks', 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ', /testnet.*mainnet/],
    ['Stacks testnet multisig', 'stacks', 'SN2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKP6D2ZK9', /testnet.*mainnet/],
    ['Stacks, unknown version', 'stacks', 'SZ2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQ9H6DPR', /SP or SM/],
    ['Stacks with a U', 'stacks', STACKS.replace('J6', 'U6'), /SP or SM/],
    ['Stacks, too short', 'stacks', 'SP2J6ZY48GV1', /SP or SM/],
    ['Stacks, too long', 'stacks', `${STACKS}7`, /SP or SM/],
    ['a Stacks contract as a wallet', 'stacks', `${SBTC}.sbtc-token`, /is a contract, not a wallet/],
  ])('%s', (_, kind, address, message) => {
    expect(() => canonicalAddress(kind, address)).toThrow(InvalidAddress);
    expect(() => canonicalAddress(kind, address)).toThrow(message);
  });

  test('does not repeat a long text whole', () => {
    for (const kind of ['evm', 'tron', 'solana', 'stacks'] as const) {
      expect(() => canonicalAddress(kind, '1'.repeat(100_000))).toThrow(/^"1{100}…" is not .{1,200}$/);
    }
  });

  test('answers any text with an address or InvalidAddress', () => {
    const addressLike = fc.string({ unit: fc.constantFrom(...'0123456789abfABFSPTNOx.:'), maxLength: 45 });
    const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), addressLike);
    fc.assert(
      fc.property(fc.constantFrom('evm', 'tron', 'solana', 'stacks'), anyText, (kind, text) => {
        for (const canonical of [canonicalAddress, canonicalContract]) {
          try {
            const stored = canonical(kind, text);
            expect(canonical(kind, stored)).toBe(stored);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidAddress);
          }
        }
      }),
    );
  });
});

describe('a token contract', () => {
  test.each<[ChainKind, string, string]>([
    ['evm', '0xdac17f958d2ee523a2206206994597c13d831ec7', '0xdAC17F958D2ee523a2206206994597C13D831ec7'],
    ['tron', USDT_TRON_HEX, USDT_TRON],
    ['solana', SOLANA_USDC, SOLANA_USDC],
    ['stacks', `${SBTC}.sbtc-token`, `${SBTC}.sbtc-token`],
    ['stacks', `${SBTC}.sbtc-token::sbtc-token`, `${SBTC}.sbtc-token::sbtc-token`],
    ['stacks', `${SBTC.toLowerCase()}.Wrapped-Bitcoin::aeUSDC`, `${SBTC}.Wrapped-Bitcoin::aeUSDC`],
  ])('on %s: %s', (kind, given, stored) => {
    expect(canonicalContract(kind, given)).toBe(stored);
  });

  test.each<[string, ChainKind, string, RegExp]>([
    ['an account of Stacks', 'stacks', SBTC, /expected an address, a dot/],
    ['no name after the dot', 'stacks', `${SBTC}.`, /expected an address, a dot/],
    ['no asset after the colons', 'stacks', `${SBTC}.sbtc-token::`, /expected an address, a dot/],
    ['a name beginning with a digit', 'stacks', `${SBTC}.1token`, /expected an address, a dot/],
    ['a name of 41 characters', 'stacks', `${SBTC}.${'a'.repeat(41)}`, /expected an address, a dot/],
    ['two dots', 'stacks', `${SBTC}.a.b`, /expected an address, a dot/],
    ['a wrong checksum before the dot', 'stacks', `${SBTC.replace('V', 'W')}.a`, /checksum .* wrong/],
    ['a testnet contract', 'stacks', 'ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQYAC0RQ.a', /testnet/],
    ['a wrong EVM checksum', 'evm', '0xDAC17F958D2ee523a2206206994597C13D831ec7', /checksum .* wrong/],
    ['a Solana signature', 'solana', '5'.repeat(88), /expected 32 to 44/],
  ])('refuses %s', (_, kind, address, message) => {
    expect(() => canonicalContract(kind, address)).toThrow(InvalidAddress);
    expect(() => canonicalContract(kind, address)).toThrow(message);
  });
});
