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

// A lot: number, transaction, date of acquisition, kind, whether its cost is known, quantities (128 bits), unit price (128), lumps
// and fee (256). New lots are opened when they are acquired; when others were opened nobody asks.
export const lotSequence = 0;
export const lotTransaction = 8;
export const lotAcquiredAt = 16;
export const lotKind = 24;
export const lotBasisKnown = 25;
export const lotQuantity = 32;
export const lotRemaining = 48;
export const lotUnitPrice = 64;
export const lotLump = 80;
export const lotRemainingLump = 112;
export const lotFee = 144;
export const lotSize = 176;

// A match: transaction, its time, date of acquisition, number of the lot (32 bits; 0: none), what it is, quantity (128), lump, cost,
// proceeds and fee (256).
export const matchTransaction = 0;
export const matchDisposedAt = 8;
export const matchAcquiredAt = 16;
export const matchLot = 24;
export const matchKind = 28;
export const matchHasCost = 29;
export const matchHasProceeds = 30;
export const matchIsLong = 31;
export const matchQuantity = 32;
export const matchLump = 48;
export const matchCost = 80;
export const matchProceeds = 112;
export const matchFee = 144;
export const matchSize = 176;
