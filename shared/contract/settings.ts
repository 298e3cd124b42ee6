import * as z from 'zod';

const Url = z.string().regex(/^https?:\/\/[^?#]+[^/?#]$/, 'expected a URL without a slash at its end');

/** What an operator may set of the functions, by the environment; `.env.example` explains each. */
export const OperatorSettings = z.object({
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Above this many transactions to replay, a request leaves them to the queue. */
  INLINE_REPLAY_LIMIT: z.coerce.number().int().min(0).default(5_000),
  /** Multiplies every limit on requests a minute, and how many failures to sign in are free. */
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  /** How long after its deletion the rest of an account is purged. */
  PURGE_AFTER_DAYS: z.coerce.number().int().min(0).default(30),
  /** Who is asked for prices, the first one first. */
  PRICE_SOURCES: z
    .string()
    .default('coingecko,defillama,binance')
    .transform((list) => (list === 'none' ? [] : list.split(',').map((name) => name.trim())))
    .pipe(z.array(z.enum(['coingecko', 'defillama', 'binance']))),
  /** Without one, the host that goes with the key. */
  COINGECKO_URL: Url.optional(),
  DEFILLAMA_URL: Url.default('https://coins.llama.fi'),
  BINANCE_URL: Url.default('https://data-api.binance.vision'),
  /** How long history is kept, in days; 0 is for ever. Rows of transactions are kept as long as daily ones. */
  HISTORY_KEEP_HOURLY_DAYS: z.coerce.number().int().min(0).default(90),
  HISTORY_KEEP_DAILY_DAYS: z.coerce.number().int().min(0).default(730),
  HISTORY_KEEP_WEEKLY_DAYS: z.coerce.number().int().min(0).default(0),
  HISTORY_KEEP_MONTHLY_DAYS: z.coerce.number().int().min(0).default(0),
  /** How long one price of each hour is kept, and one of each day from then on, for ever; 0 keeps hours for ever. */
  PRICES_KEEP_DAYS: z.coerce.number().int().min(0).default(90),
  /** Remainders below this amount are left out of lists and snapshots. */
  DUST_THRESHOLD: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .default('0.000001'),
});

/** What of a host's or a pipeline's environment every function gets; what is empty there is not set. */
export const settingsIn = (
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.keys(OperatorSettings.shape).flatMap((name) => {
      const value = environment[name];
      return value ? [[name, value] as const] : [];
    }),
  );
