import { listReports as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { listReports } from '#shared/usecases/gain-report.ts';

export const handler = http(endpoint, ({ db, caller, query }) => listReports(db, caller.userId, query));
