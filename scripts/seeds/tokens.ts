import { arbitrumTokens } from './tokens/arbitrum.ts';
import { bscTokens } from './tokens/bsc.ts';
import { ethereumTokens } from './tokens/ethereum.ts';
import { polygonTokens } from './tokens/polygon.ts';
import { solanaTokens } from './tokens/solana.ts';
import { stacksTokens } from './tokens/stacks.ts';
import type { TokenSeed } from './tokens/token.ts';
import { tronTokens } from './tokens/tron.ts';

export type { TokenSeed };

/** About twenty well-known tokens of each chain; users' own tokens are added as they appear. */
export const tokens: readonly TokenSeed[] = [
  ...ethereumTokens,
  ...bscTokens,
  ...polygonTokens,
  ...arbitrumTokens,
  ...tronTokens,
  ...solanaTokens,
  ...stacksTokens,
];
