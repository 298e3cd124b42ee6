import { listGains } from '#shared/contract/gains.ts';
import { csvFile, fileTooLarge } from '#shared/lambda/csv-file.ts';
import { http } from '#shared/lambda/http.ts';
import { form8949 } from '#shared/usecases/form-8949.ts';
import { pageReport, wholeReport } from '#shared/usecases/gain-report.ts';

/** What fits into an answer, compressed, and into the function's memory. */
const mostRows = 100_000;

export const handler = http(listGains, async ({ db, caller, query }) => {
  const { year, format, limit, cursor, wallet = null, portfolio = null } = query;
  const named = { year, wallet, portfolio };
  if (format === 'json') return pageReport(db, caller.userId, { ...named, limit, cursor });
  const { scope, report, rows } = await wholeReport(db, caller.userId, named, mostRows);
  if (rows === null) {
    throw fileTooLarge(`A file has ${mostRows} rows at most, and the year has ${report.totals.rows}`);
  }
  const name = `gains-${year}-${report.ledger_hash.slice(0, 8)}.csv`;
  return csvFile(listGains.status, name, form8949(scope, report, rows));
});
