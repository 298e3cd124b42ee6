import { randomUUID } from 'node:crypto';
import { type Json, request, type TestUser } from './api.ts';

/** A new portfolio of a user, of some of their wallets. */
export const createPortfolio = async (user: TestUser, wallets: readonly Json[] = []): Promise<Json> => {
  const body = { name: `Portfolio ${randomUUID()}`, wallet_uuids: wallets.map(({ uuid }) => uuid) };
  return (await request('POST', '/portfolio', { token: user.token, body })).body;
};
