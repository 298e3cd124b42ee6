import { request } from '../../support/api.ts';
import type { Route } from '../routes.ts';

/** An address of a wallet that no other watches. */
const addressOf = (uuid: string): string => `0x${uuid.replaceAll('-', '').padEnd(40, '0')}`;

const address: Route = {
  prepare: async ({ user, wallet }) => {
    const watched = { chain_id: 1, address: addressOf(wallet.uuid) };
    await request('POST', `/wallet/${wallet.uuid}/chain`, { token: user.token, body: watched });
    return { chain_id: '1', address: watched.address };
  },
  nobodys: { chain_id: '1', address: addressOf('') },
};

export const walletRoutes: Record<string, Route> = {
  'wallets/create': { forAll: true, body: () => ({ name: 'Another' }) },
  'wallets/get': {},
  'wallets/replace': { body: () => ({ name: 'Replaced', description: 'anew' }) },
  'wallets/change': { body: () => ({ name: 'Changed' }) },
  'wallets/delete': {},
  'wallets/add-chain': { body: ({ wallet_uuid }) => ({ chain_id: 56, address: addressOf(wallet_uuid) }) },
  'wallets/remove-chain': address,
  'wallets/list': {},
  'wallets/history': {},
  // Others' wallets are not among those it lists.
  'wallets/by-address': { ...address, forAll: true },
};
