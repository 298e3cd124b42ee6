/** What a balance was at a moment: its own figures, less what lots and matches have added since. */
import { type SQL, sql } from 'drizzle-orm';

/** One smallest unit of a token as an exact decimal. */
export const unitOf = (decimals: SQL): SQL => sql`('1e-' || ${decimals})::numeric`;

/**
 * What the lots opened and the matches made after a moment add to each figure of a balance, moment by moment, in rows of
 * `at`, `raw`, `unknown_raw`, `cost` and `realized`. It costs in proportion to what lies behind the moment: numbers run with
 * time, so the last row before it is found from the end.
 *
 * @param unit one smallest unit of the token
 * @param isInclusive whether what happens at the moment itself counts as after it
 */
export const bookedAfter = (
  { balanceId, unit, moment }: Record<'balanceId' | 'unit' | 'moment', SQL>,
  { isInclusive }: { isInclusive: boolean },
): SQL => {
  const before = isInclusive ? sql`<` : sql`<=`;
  const last = (table: SQL, time: SQL) => sql`coalesce((SELECT last.sequence FROM ${table} AS last
    WHERE last.balance_id = ${balanceId} AND last.${time} ${before} ${moment} ORDER BY last.sequence DESC LIMIT 1), 0)`;
  return sql`
    SELECT opened_at AS at, raw_amount AS raw, CASE WHEN basis_known THEN 0 ELSE raw_amount END AS unknown_raw,
      CASE WHEN basis_known THEN unit_price_usd * raw_amount * ${unit} + lump_usd ELSE 0 END AS cost,
      0::numeric AS realized
    FROM lots
    WHERE lots.balance_id = ${balanceId} AND lots.sequence > ${last(sql`lots`, sql`opened_at`)}
    UNION ALL
    SELECT disposed_at, CASE WHEN lot_sequence IS NULL THEN 0 ELSE -raw_amount END,
      CASE WHEN lot_sequence IS NULL OR cost_usd IS NOT NULL THEN 0 ELSE -raw_amount END,
      -coalesce(cost_usd, 0), coalesce(proceeds_usd - cost_usd, 0)
    FROM lot_matches
    WHERE lot_matches.balance_id = ${balanceId}
      AND lot_matches.sequence > ${last(sql`lot_matches`, sql`disposed_at`)}`;
};

/** The four columns of a row of history that a ledger tells, from exact figures by these names. */
export const figureColumns = {
  /** Null where all of the cost is unknown. */
  cost: (figures: SQL) =>
    sql`CASE WHEN ${figures}.unknown_raw = 0 OR ${figures}.raw_amount = 0 OR ${figures}.unknown_raw < ${figures}.raw_amount
          THEN ${figures}.cost_basis_usd END`,
  /** Who holds next to nothing and has gained nothing has no row. */
  isShown: (figures: SQL, dustThreshold: string) =>
    sql`(CASE WHEN ${dustThreshold}::numeric > 0 THEN ${figures}.amount >= ${dustThreshold}::numeric ELSE ${figures}.amount > 0 END
         OR ${figures}.realized_pnl_usd <> 0)`,
};
