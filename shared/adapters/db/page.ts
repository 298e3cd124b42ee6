import { badRequest } from '#shared/errors.ts';

/** What a list was asked for. */
export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/**
 * Cuts the extra row off a list that was read one row too long; the last row's uuid leads to the next page.
 *
 * @throws BadRequestException when nothing follows the cursor: it is unknown, or what it named has gone meanwhile, as
 *   lots do when they are replayed. A walk must not end early and look complete.
 */
export const toPage = <Row extends { uuid: string }, Item>(
  rows: readonly Row[],
  { limit, cursor }: PageQuery,
  present: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } => {
  if (cursor !== undefined && rows.length === 0) {
    throw badRequest('cursor: this place in the list is not there any more: start again from the first page');
  }
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(present),
    next_cursor: rows.length > limit ? (shown.at(-1)?.uuid ?? null) : null,
  };
};
