/** The only importer of decimal.js, for numbers of any size that are divided freely. */
import { Decimal as Base } from 'decimal.js';

/** Enough for the product of two uint256 with 18 decimal places each; decimal.js's own default of 20 digits is not. */
export const Decimal = Base.clone({ precision: 200, rounding: Base.ROUND_HALF_EVEN });
export type Decimal = Base;
