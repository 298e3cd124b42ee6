/** Totals of 256 bits each, in the order of `kernel.ts`. */
export const totals = memory.data(11 * 32);
export const quantityTotal = totals;
export const costTotal = totals + 32;
export const unknownQuantityTotal = totals + 64;
export const boughtTotal = totals + 96;
export const soldTotal = totals + 128;
export const soldQuantityTotal = totals + 160;
export const realizedTotal = totals + 192;
export const unknownCostProceedsTotal = totals + 224;
export const shortfallTotal = totals + 256;
export const feesTotal = totals + 288;
export const unknownSlicesTotal = totals + 320;
