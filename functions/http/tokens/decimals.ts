import { correctDecimals as endpoint } from '#shared/contract/tokens.ts';
import { http } from '#shared/lambda/http.ts';
import { correctDecimals } from '#shared/usecases/correct-decimals.ts';

export const handler = http(endpoint, ({ db, announced, params, body }) =>
  correctDecimals({ db, announced }, params.token_uuid, body.decimals),
);
