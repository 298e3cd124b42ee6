import { deleteReport as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { deleteReport } from '#shared/usecases/gain-report.ts';

export const handler = http(endpoint, ({ db, caller, params, ifMatch }) =>
  deleteReport(db, caller.userId, params.report_uuid, ifMatch),
);
