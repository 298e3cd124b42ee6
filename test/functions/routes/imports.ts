import type { Route } from '../routes.ts';

const file = {
  name: 'export.csv',
  content: 'Txhash,UnixTimestamp,From,To,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),Status\n',
};

export const importRoutes: Record<string, Route> = {
  'imports/create': {
    body: () => ({ address: '0x00000000000000000000000000000000000000aa', files: [file] }),
    query: '?format=etherscan&chain_id=1',
  },
};
