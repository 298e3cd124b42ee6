/** Rules of transfers between two wallets of one user. */
import type { TransactionType } from './ledger.ts';

/** One side of what may be an own transfer. */
export interface TransferSide {
  type: TransactionType;
  walletId: bigint;
  tokenId: bigint;
  quantity: bigint;
  /** Milliseconds since 1970. */
  at: number;
}

/** Why something is no own transfer, and which side is to blame. */
export interface Objection {
  side: 'out' | 'in';
  reason: string;
}

/** Clocks of chains and exchanges differ, and hand-written times may lack a time zone: a receipt may be early by so much. */
const toleranceMs = 86_400_000;

/** What speaks against two transactions being one transfer: nothing, if they may be. */
export const objectionsTo = (sent: TransferSide, received: TransferSide): Objection[] => {
  const objections: Objection[] = [];
  const object = (side: Objection['side'], reason: string) => objections.push({ side, reason });
  if (sent.type !== 'TRANSFER_OUT') object('out', `expected a TRANSFER_OUT: this is a ${sent.type}`);
  if (received.type !== 'TRANSFER_IN') object('in', `expected a TRANSFER_IN: this is a ${received.type}`);
  if (sent.tokenId !== received.tokenId) object('in', 'expected the token that was sent: this is another');
  if (sent.walletId === received.walletId) {
    object('in', 'expected another wallet than the one that sent');
  }
  if (received.quantity > sent.quantity) object('in', 'expected no more to arrive than was sent');
  if (received.at < sent.at - toleranceMs) {
    object('in', 'expected it to arrive after it was sent, or a day before at most');
  }
  return objections;
};
