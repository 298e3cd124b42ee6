import * as z from 'zod';

/** Memory in MB that comes with a whole processor, for what computes: argon2id, imports. */
export const oneProcessor = 1769;

/** Decimal amounts travel as strings; a JSON number would pass through a float. */
const decimalPattern = /^\d{1,78}(\.\d{1,255})?$/;
const pricePattern = /^\d{1,60}(\.\d{1,18})?$/;
const integerPattern = /^\d{1,78}$/;
const maxUint256 = 2n ** 256n - 1n;

export const Uuid = z.uuid().meta({ example: '0b9f7c1e-4a52-4d0f-9d0b-0c6a5f6f4a11' });

/** An instant in UTC, as the API writes it. */
export const Instant = z.iso.datetime().meta({ example: '2024-03-01T12:00:00.000Z' });

/** From here on years have five digits, which neither the API nor a time zone's edge may reach. */
const yearTenThousand = Date.UTC(10_000, 0);

/** An instant as a caller may write it: ISO 8601 with an offset. */
export const InstantInput = z.iso
  .datetime({
    offset: true,
    error: 'expected an ISO 8601 time with an offset, such as 2024-03-01T12:00:00Z',
    abort: true,
  })
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < yearTenThousand, 'expected a time since 1970')
  .meta({ example: '2024-03-01T12:00:00Z' });

/** A decimal as the API writes it: plain, no exponent, no trailing zeros; may be negative. */
export const Decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ example: '17.5' });

/** A non-negative decimal from a caller. */
export const DecimalInput = z
  .string('expected a decimal as a string, such as "1.5"')
  .regex(decimalPattern, 'expected a decimal as a string, such as "1.5": no sign, no exponent, no separators')
  .meta({ example: '1.5' });

/** A price or a sum in USD from a caller: at most 18 decimal places. */
export const PriceInput = z
  .string('expected USD as a string, such as "2500.50"')
  .regex(pricePattern, 'expected USD as a string, such as "2500.50", with at most 18 decimal places')
  .meta({ example: '2500.50' });

/** An integer count of a token's smallest unit. */
export const RawAmount = z.string().regex(/^\d+$/).meta({ example: '1500000000000000000' });

export const RawAmountInput = z
  .string('expected a whole number as a string, in the smallest unit of the token')
  .regex(integerPattern, {
    error: 'expected a whole number as a string, in the smallest unit of the token',
    // What is no number has no size to be checked next.
    abort: true,
  })
  .refine((text) => BigInt(text) <= maxUint256, 'expected at most 2^256 - 1')
  .meta({ example: '1500000000000000000' });

/** The public chain id, or the short name of a chain that has none: 1, 56, 137, 42161, tron, solana, stacks. */
export const ChainId = z.union([z.int().positive(), z.string()]).meta({ example: 1 });

export const ChainIdInput = z
  .union(
    [z.int().positive(), z.string().min(1).max(32)],
    'expected a chain id such as 1, or a name such as "solana"',
  )
  .transform(String)
  .meta({ example: 1 });

export const TransactionHash = z
  .string()
  .regex(/^[0-9A-Za-z]{1,128}$/, 'expected a transaction hash: letters and digits only')
  .meta({
    example: '0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060',
  });

/** A whole number that a caller may send as a number or as a string of digits. */
export const CountInput = z
  .union([z.int().nonnegative(), z.string().regex(integerPattern)], 'expected a whole number')
  .transform(String)
  .meta({ example: 21000 });

export const Username = z
  .string()
  .regex(/^[0-9A-Za-z]{3,50}$/, 'expected 3 to 50 letters or digits')
  .toLowerCase()
  .meta({ example: 'ada' });

export const Email = z
  .email('expected an e-mail address')
  .max(254)
  .toLowerCase()
  .meta({ example: 'ada@example.org' });

/** Only the length matters; the words are taken as they are. */
export const Password = z
  .string()
  .min(8, 'expected at least 8 characters')
  .max(128, 'expected at most 128 characters')
  .meta({ example: 'correct horse battery staple' });

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A name that others will see. Strangers choose the names of tokens: what cannot be seen, or turns the direction of the
 * text around it, could make one look like another, and is left out.
 */
export const Label = (longest: number) =>
  z
    .string()
    .overwrite((text) => text.toWellFormed().replace(invisible, '').trim())
    .min(1, 'expected at least one visible character')
    .max(longest, `expected at most ${longest} characters`);

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).meta({ description: 'How many, at most 200.' }),
  cursor: Uuid.optional().meta({
    description: 'The `next_cursor` of the page before.',
  }),
};

/** A yes or no in a query string. */
export const Flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** A PATCH's body: what it does not name stays, and it names something. */
export const changesOf = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject(shape)
    .partial()
    .refine(
      (body) => Object.values(body).some((value) => value !== undefined),
      'expected at least one field',
    );

/** The answer of a 204. */
export const Nothing = z.void();

/** A page of a list. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next_cursor: z.uuid().nullable() });

export const WalletParams = z.strictObject({ wallet_uuid: Uuid });
export const BalanceParams = z.strictObject({ balance_uuid: Uuid });
export const TransactionParams = z.strictObject({ transaction_uuid: Uuid });

/** Whether a balance's figures are those of its transactions, or will be. */
export const balanceStates = ['current', 'recalculating'] as const;

/** A price beside what it values: where it is from, of when, and whether to trust it. */
export const priceFields = {
  price_usd: Decimal.nullable().meta({ description: 'Your own price where you have set one.' }),
  price_source: z.string().nullable().meta({ description: '`manual` for your own.', example: 'coingecko' }),
  price_at: Instant.nullable().meta({ description: 'When the price held, as its source tells.' }),
  price_state: z.enum(['manual', 'current', 'stale', 'disputed', 'none']).meta({
    description:
      'Stale an hour after `price_at`, and counted; disputed where sources disagree, and left out of totals.',
  }),
};

/** A token as other resources show it. */
export const TokenSummary = z
  .strictObject({
    uuid: Uuid,
    symbol: z.string().meta({ example: 'ETH' }),
    name: z.string().meta({ example: 'Ether' }),
    decimals: z.int().meta({ example: 18 }),
    contract_address: z.string().nullable(),
  })
  .meta({ id: 'Token' });
