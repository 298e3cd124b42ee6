/** What the journal keeps of a row, with our ids, and how the API shows it, without. */
import { type SQL, sql } from 'drizzle-orm';
import { publicChainId } from './chains.ts';
import { type Db, rowsOf } from './client.ts';

/** A journaled row; its numbers as plain text, for they may be larger and finer than a JavaScript number. */
export type State = Record<string, string | boolean | Record<string, string> | null>;

/** A column of the journal in that form. */
export const stateColumn = (column: SQL): SQL => sql`(
  SELECT jsonb_object_agg(key, CASE jsonb_typeof(value)
    WHEN 'number' THEN to_jsonb(trim_scale(value::text::numeric)::text) ELSE value END)
  FROM jsonb_each(${column}))`;

/** Tables that rows refer to, and whether their rows are a user's. */
const referred = {
  wallets: true,
  balances: true,
  portfolios: true,
  transactions: true,
  import_batches: true,
  tokens: false,
  chains: false,
} as const;

type Referred = keyof typeof referred;

/** Columns that refer to something, and what the API calls them. */
const references: Readonly<Record<string, readonly [table: Referred, name: string]>> = {
  wallet_id: ['wallets', 'wallet_uuid'],
  balance_id: ['balances', 'balance_uuid'],
  portfolio_id: ['portfolios', 'portfolio_uuid'],
  token_id: ['tokens', 'token_uuid'],
  chain_id: ['chains', 'chain_id'],
  import_batch_id: ['import_batches', 'batch_uuid'],
  sent_id: ['transactions', 'out'],
  received_id: ['transactions', 'in'],
  acquisition_id: ['transactions', 'acquisition_uuid'],
};

const referenceOf = (column: string): readonly [table: Referred, name: string] | undefined =>
  references[column] ??
  (/(^|_)transaction_id$/.test(column) ? ['transactions', column.replace(/id$/, 'uuid')] : undefined);

/** Columns that are ours: the action tells of deletion, and a source key is made of ids. */
const internal = new Set(['is_deleted', 'source_key', 'recorded_as']);
const counts = new Set(['block_number', 'transaction_index', 'transfer_index']);

const nameOf = (table: Referred, id: string) => `${table}:${id}`;

/** The public names of what rows refer to, by table and id. */
export type Names = ReadonlyMap<string, string>;

/** What some states, and these ids of wallets and balances, refer to. */
export const namesOf = async (
  db: Db,
  userId: bigint,
  states: readonly (State | null)[],
  ids: { wallets: readonly (string | null)[]; balances: readonly (string | null)[] },
): Promise<Names> => {
  const wanted = new Map<Referred, Set<string>>();
  const want = (table: Referred, id: unknown) => {
    if (typeof id === 'string') wanted.set(table, (wanted.get(table) ?? new Set()).add(id));
  };
  for (const id of ids.wallets) want('wallets', id);
  for (const id of ids.balances) want('balances', id);
  for (const [column, value] of states.flatMap((state) => Object.entries(state ?? {}))) {
    const reference = referenceOf(column);
    if (reference) want(reference[0], value);
  }
  if (wanted.size === 0) return new Map();
  const parts = [...wanted].map(([table, wantedIds]) => {
    const name = sql.raw(table === 'chains' ? 'public_id' : 'uuid::text');
    const own = referred[table] ? sql`AND user_id = ${userId}` : sql``;
    return sql`SELECT ${table}::text AS "table", id, ${name} AS name FROM ${sql.raw(table)}
      WHERE id = ANY(${sql.param([...wantedIds])}::bigint[]) ${own}`;
  });
  const rows = await rowsOf<{ table: Referred; id: string; name: string }>(
    db,
    sql.join(parts, sql` UNION ALL `),
  );
  return new Map(rows.map(({ table, id, name }) => [nameOf(table, id), name]));
};

/** The uuids of some ids, each once; what is not there any more is left out. */
export const uuidsOf = (names: Names, table: Referred, ids: readonly (string | null)[]): string[] => [
  ...new Set(ids.flatMap((id) => names.get(nameOf(table, id ?? '')) ?? [])),
];

const instantIn = /^\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d/;

const presentValue = (column: string, value: State[string]) => {
  if (typeof value !== 'string') return value;
  if (counts.has(column)) return Number(value);
  const isInstant = /^timestamp$|_at$|^valid_/.test(column) && instantIn.test(value);
  return isInstant ? new Date(value).toISOString() : value;
};

/** A journaled row as the API shows it. Columns that refer to what is not known here are left out. */
export const presentState = (names: Names, state: State | null) => {
  if (state === null) return null;
  const shown: Record<string, State[string] | number> = {};
  for (const [column, value] of Object.entries(state)) {
    const reference = referenceOf(column);
    if (reference) {
      const [table, name] = reference;
      const known = names.get(nameOf(table, String(value))) ?? null;
      shown[name] = known !== null && table === 'chains' ? publicChainId(known) : known;
    } else if (!internal.has(column) && !column.endsWith('_id')) {
      shown[column] = presentValue(column, value);
    }
  }
  return shown;
};
