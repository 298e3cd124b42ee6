import * as z from 'zod';
import { endpoint } from './endpoint.ts';
import { Decimal, Nothing, page, pageQuery, Uuid } from './fields.ts';
import { Transaction } from './transactions.ts';

const sides = {
  out: Transaction.meta({ description: 'The side that sends.' }),
  in: Transaction.meta({ description: 'The side that receives.' }),
  fee: Decimal.meta({ description: 'What does not arrive: the fee of the network, spent by the sender.' }),
};

export const linkTransfer = endpoint({
  id: 'transfers/link',
  method: 'POST',
  path: '/transfer/link',
  summary: 'Link what one wallet sent with what another received: coins keep their dates and costs',
  auth: 'user',
  role: 'api',
  status: 201,
  etag: true,
  errors: ['TransactionError', 'ConflictError'],
  shapes: {
    body: z.strictObject({
      out: Uuid.meta({ description: 'The uuid of a TRANSFER_OUT.' }),
      in: Uuid.meta({ description: 'The uuid of a TRANSFER_IN.' }),
    }),
    response: z
      .strictObject({
        uuid: Uuid.meta({ description: 'Names the link: it is the uuid of the side that sends.' }),
        ...sides,
        origin: z.enum(['manual', 'automatic']),
      })
      .meta({ id: 'TransferLink' }),
  },
});

export const unlinkTransfer = endpoint({
  id: 'transfers/unlink',
  method: 'DELETE',
  path: '/transfer/link/{link_uuid}',
  summary: 'End a link, one made automatically too: it does not come back by itself',
  auth: 'user',
  role: 'api',
  status: 204,
  errors: ['TransferError'],
  shapes: { params: z.strictObject({ link_uuid: Uuid }), response: Nothing },
});

export const suggestTransfers = endpoint({
  id: 'transfers/suggestions',
  method: 'GET',
  path: '/transfer/suggestions',
  summary:
    'List what look like transfers between your own wallets and are not linked yet, the likeliest first',
  auth: 'user',
  role: 'api',
  status: 200,
  errors: ['WalletError'],
  shapes: {
    query: z.strictObject({
      ...pageQuery,
      wallet_uuid: Uuid.optional().meta({ description: 'Only those from or to this wallet.' }),
    }),
    response: page(
      z
        .strictObject({
          ...sides,
          score: Decimal.meta({ description: 'From 0 to 1: how well amounts and times agree.' }),
        })
        .meta({ id: 'TransferSuggestion' }),
    ),
  },
});
