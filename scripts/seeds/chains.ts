import type { ChainKind } from '#shared/adapters/chains/addresses.ts';

/** A chain as the database is seeded with it. Texts are as the chain's own documentation writes them. */
export interface ChainSeed {
  /** The public id: the EIP-155 number as text, or the short name where the chain has none. */
  chainId: string;
  shortName: string;
  name: string;
  kind: ChainKind;
  nativeSymbol: string;
  nativeName: string;
  nativeDecimals: number;
  explorerUrl: string;
  /** What goes between the explorer's URL and a transaction's hash. */
  explorerTxPath: string;
  /** What goes between the explorer's URL and an address. */
  explorerAddressPath: string;
  finality: Finality;
  coingeckoPlatform: string;
  coingeckoNativeId: string;
  defillamaId: string;
  /** The usual time between two blocks, for estimates only. */
  blockTimeMs: number;
}

/** When a transaction counts as settled. */
interface Finality {
  /** The block tag or commitment that nodes answer for settled state; null where the API has none. */
  tag: 'finalized' | null;
  /** How many later units must exist where there is no tag, or while it stalls. */
  confirmations: number;
  unit: 'block' | 'slot' | 'bitcoin_block';
}

export const chains: readonly ChainSeed[] = [
  {
    chainId: '1',
    shortName: 'ethereum',
    name: 'Ethereum',
    kind: 'evm',
    nativeSymbol: 'ETH',
    nativeName: 'Ether',
    nativeDecimals: 18,
    explorerUrl: 'https://etherscan.io',
    explorerTxPath: '/tx/',
    explorerAddressPath: '/address/',
    // Two epochs of 32 slots: about 13 minutes.
    finality: { tag: 'finalized', confirmations: 64, unit: 'block' },
    coingeckoPlatform: 'ethereum',
    coingeckoNativeId: 'ethereum',
    defillamaId: 'ethereum',
    blockTimeMs: 12_000,
  },
  {
    chainId: '56',
    shortName: 'bsc',
    name: 'BNB Smart Chain',
    kind: 'evm',
    nativeSymbol: 'BNB',
    nativeName: 'BNB',
    nativeDecimals: 18,
    explorerUrl: 'https://bscscan.com',
    explorerTxPath: '/tx/',
    explorerAddressPath: '/address/',
    // Final after two blocks; when fast finality stalls, 120 blocks are more than two thirds of the validators.
    finality: { tag: 'finalized', confirmations: 120, unit: 'block' },
    coingeckoPlatform: 'binance-smart-chain',
    coingeckoNativeId: 'binancecoin',
    defillamaId: 'bsc',
    // Since the Fermi fork of January 2026; libraries may still say 750.
    blockTimeMs: 450,
  },
  {
    chainId: '137',
    shortName: 'polygon',
    name: 'Polygon PoS',
    kind: 'evm',
    // MATIC until September 2024. The contract 0x…1010 is this coin as well, never a second balance.
    nativeSymbol: 'POL',
    nativeName: 'Polygon Ecosystem Token',
    nativeDecimals: 18,
    explorerUrl: 'https://polygonscan.com',
    explorerTxPath: '/tx/',
    explorerAddressPath: '/address/',
    // Milestones settle in seconds; before there were any, reorganizations went deeper than 100 blocks.
    finality: { tag: 'finalized', confirmations: 256, unit: 'block' },
    coingeckoPlatform: 'polygon-pos',
    coingeckoNativeId: 'polygon-ecosystem-token',
    defillamaId: 'polygon',
    blockTimeMs: 2_000,
  },
  {
    chainId: '42161',
    shortName: 'arbitrum',
    name: 'Arbitrum One',
    kind: 'evm',
    nativeSymbol: 'ETH',
    nativeName: 'Ether',
    nativeDecimals: 18,
    explorerUrl: 'https://arbiscan.io',
    explorerTxPath: '/tx/',
    explorerAddressPath: '/address/',
    // Settled once its batch is final on Ethereum, 15 to 20 minutes later; the latest block is the sequencer's word.
    finality: { tag: 'finalized', confirmations: 4_800, unit: 'block' },
    coingeckoPlatform: 'arbitrum-one',
    coingeckoNativeId: 'ethereum',
    defillamaId: 'arbitrum',
    blockTimeMs: 250,
  },
  {
    chainId: 'tron',
    shortName: 'tron',
    name: 'Tron',
    kind: 'tron',
    nativeSymbol: 'TRX',
    nativeName: 'TRON',
    nativeDecimals: 6,
    explorerUrl: 'https://tronscan.org',
    explorerTxPath: '/#/transaction/',
    explorerAddressPath: '/#/address/',
    // 19 of 27 representatives: 18 further blocks. No tag; the API has its own paths for confirmed state.
    finality: { tag: null, confirmations: 18, unit: 'block' },
    coingeckoPlatform: 'tron',
    coingeckoNativeId: 'tron',
    defillamaId: 'tron',
    blockTimeMs: 3_000,
  },
  {
    chainId: 'solana',
    shortName: 'solana',
    name: 'Solana',
    kind: 'solana',
    nativeSymbol: 'SOL',
    nativeName: 'Solana',
    nativeDecimals: 9,
    explorerUrl: 'https://solscan.io',
    explorerTxPath: '/tx/',
    explorerAddressPath: '/account/',
    finality: { tag: 'finalized', confirmations: 32, unit: 'slot' },
    coingeckoPlatform: 'solana',
    coingeckoNativeId: 'solana',
    defillamaId: 'solana',
    blockTimeMs: 400,
  },
  {
    chainId: 'stacks',
    shortName: 'stacks',
    name: 'Stacks',
    kind: 'stacks',
    nativeSymbol: 'STX',
    nativeName: 'Stacks',
    nativeDecimals: 6,
    explorerUrl: 'https://explorer.hiro.so',
    explorerTxPath: '/txid/',
    explorerAddressPath: '/address/',
    // Its blocks are settled by Bitcoin's and can be undone with them.
    finality: { tag: null, confirmations: 6, unit: 'bitcoin_block' },
    coingeckoPlatform: 'stacks',
    coingeckoNativeId: 'blockstack',
    defillamaId: 'stacks',
    // Blocks come every few seconds, at no fixed pace.
    blockTimeMs: 7_000,
  },
];
