/** Cuts the extra row off a list that was read one row too long; the last row's uuid leads to the next page. */
export const toPage = <Row extends { uuid: string }, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } => {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(present),
    next_cursor: rows.length > limit ? (shown.at(-1)?.uuid ?? null) : null,
  };
};
