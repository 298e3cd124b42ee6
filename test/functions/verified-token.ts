import { newToken, sql } from './database.ts';

/** A token of a test's own that is what it says, and what it costs. */
export const verifiedToken = async (priceUsd?: string, chain = '1'): Promise<string> => {
  const { uuid } = await newToken(priceUsd === undefined ? {} : { priceUsd });
  await sql(
    `UPDATE tokens SET is_verified = true, chain_id = (SELECT id FROM chains WHERE public_id = $2) WHERE uuid = $1`,
    [uuid, chain],
  );
  return uuid;
};

/** A token of a test's own that somebody sends to everybody. */
export const spamToken = async (priceUsd: string): Promise<string> => {
  const { uuid } = await newToken({ priceUsd });
  await sql('UPDATE tokens SET is_spam = true WHERE uuid = $1', [uuid]);
  return uuid;
};
