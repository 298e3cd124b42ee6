import { verifyReport as endpoint } from '#shared/contract/gains.ts';
import { http } from '#shared/lambda/http.ts';
import { verifyReport } from '#shared/usecases/verify-report.ts';

export const handler = http(endpoint, ({ db, caller, body }) =>
  verifyReport(db, caller.userId, body.report ?? { uuid: body.report_uuid ?? '' }),
);
