import { request } from '../../support/api.ts';
import type { Portfolio, Route } from '../routes.ts';

const file = {
  name: 'export.csv',
  content: 'Txhash,UnixTimestamp,From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),Status\n',
};

/** An import into the wallet, of an address of its own. */
const importOf = async ({ user, wallet }: Portfolio) => {
  const { body } = await request('POST', `/wallet/${wallet.uuid}/import?format=etherscan&chain_id=1`, {
    token: user.token,
    body: { address: '0x00000000000000000000000000000000000000bb', files: [file] },
  });
  return { batch_uuid: String(body.batch_uuid) };
};

export const importRoutes: Record<string, Route> = {
  'imports/create': {
    body: () => ({ address: '0x00000000000000000000000000000000000000aa', files: [file] }),
    query: '?format=etherscan&chain_id=1',
  },
  'imports/get': { prepare: importOf },
  'imports/undo': { prepare: importOf },
};
