/** Comma-separated values (RFC 4180) that a spreadsheet takes for data, whatever strangers have named their tokens. */

const figure = /^-?\d+(\.\d+)?$/;

/** What makes a spreadsheet take a text for a formula; full-width signs do so as well. */
const formula = /^\s*[=+\-@\t\r\n＝＋－＠]|^[\t\r\n]/;

/** A plain decimal stays a number, negative ones too; any other text that could be a formula begins with an apostrophe. */
const cell = (text: string | null): string => {
  const value = text ?? '';
  const isActive = !figure.test(value) && formula.test(value);
  return `"${isActive ? "'" : ''}${value.replaceAll('"', '""')}"`;
};

/** One record with its line end; null is an empty cell. Every cell is quoted. */
export const csvRecord = (cells: readonly (string | null)[]): string => `${cells.map(cell).join(',')}\r\n`;
