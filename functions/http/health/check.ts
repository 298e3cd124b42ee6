import { checkHealth as endpoint } from '#shared/contract/health.ts';
import { http } from '#shared/lambda/http.ts';
import { answerWith } from '#shared/lambda/reply.ts';
import { checkHealth } from '#shared/usecases/check-health.ts';

export const handler = http(endpoint, async ({ db }) => {
  const health = await checkHealth(db);
  return answerWith(health.database === 'up' ? 200 : 503, health);
});
