/** Where the fields of a record lie, in bytes from its beginning; `kernel.ts` beside this folder reads and writes the same. */

// A transaction: id, time, quantity (128 bits), price (128), value and fee (256), type, and what of it is known.
export const eventId = 0;
export const eventAt = 8;
export const eventQuantity = 16;
export const eventPrice = 32;
export const eventValue = 48;
export const eventFee = 80;
export const eventType = 112;
export const eventHasPrice = 113;
export const eventHasValue = 114;
export const eventSize = 120;

// Types of transactions, kinds of matches.
export const buy = 0;
export const transferIn = 1;
export const sell = 2;
export const transferOut = 3;
export const spentAsFee = 4;

// A lot: number, transaction, dates, quantities (128), unit price (128), the same in money per smallest unit (256), lumps, fee.
export const lotSequence = 0;
export const lotTransaction = 8;
export const lotAcquiredAt = 16;
export const lotOpenedAt = 24;
export const lotQuantity = 32;
export const lotRemaining = 48;
export const lotUnitPrice = 64;
export const lotUnitCost = 80;
export const lotLump = 112;
export const lotRemainingLump = 144;
export const lotFee = 176;
export const lotKind = 208;
export const lotBasisKnown = 209;
export const lotSize = 216;

// A match: transaction, its time, lot (0: none), date of acquisition, quantity (128), lump, cost, proceeds and fee (256).
export const matchTransaction = 0;
export const matchDisposedAt = 8;
export const matchLot = 16;
export const matchAcquiredAt = 24;
export const matchQuantity = 32;
export const matchLump = 48;
export const matchCost = 80;
export const matchProceeds = 112;
export const matchFee = 144;
export const matchKind = 176;
export const matchHasCost = 177;
export const matchHasProceeds = 178;
export const matchIsLong = 179;
export const matchSize = 184;
