/**
 * Which replay made a figure. Raised with every change after which the same transactions may give other figures; a test
 * holds the figures of one ledger to it.
 */
export const engineVersion = 'replay/2';
