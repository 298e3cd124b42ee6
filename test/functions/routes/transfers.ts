import { newWallet, record, request } from '../../support/api.ts';
import { purchase } from '../purchase.ts';
import type { Portfolio, Route } from '../routes.ts';

/** What one wallet of a user sent to another, not linked yet. */
const transferOf = async ({ user, wallet }: Portfolio) => {
  const timestamp = '2024-01-15T00:00:00Z';
  const sent = await record(user, wallet, {
    ...purchase,
    transaction_type: 'TRANSFER_OUT',
    amount: '0.01',
    timestamp,
  });
  const receipt = { ...purchase, transaction_type: 'TRANSFER_IN', amount: '0.01', timestamp };
  const received = await record(user, await newWallet(user), receipt);
  return { out: String(sent.body.uuid), in: String(received.body.uuid) };
};

export const transferRoutes: Record<string, Route> = {
  'transfers/link': { body: (named) => ({ out: named.out, in: named.in }), prepare: transferOf },
  'transfers/unlink': {
    prepare: async (portfolio) => {
      const body = await transferOf(portfolio);
      const { token } = portfolio.user;
      return { link_uuid: (await request('POST', '/transfer/link', { token, body })).body.uuid };
    },
  },
  'transfers/suggestions': { forAll: true },
};
