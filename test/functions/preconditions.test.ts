/** `If-Match` on everything that changes or removes what is there already. */
import { beforeAll, describe, expect, it } from 'vitest';
import { heedsIfMatch } from '#shared/contract/endpoint.ts';
import { endpoints } from '#shared/contract/index.ts';
import { expectError } from './answers.ts';
import { rowsOf } from './database.ts';
import { call, credentials, type Named, namesFor, newPortfolio, type Portfolio } from './routes.ts';

const heeding = endpoints.filter(heedsIfMatch);

describe.each(heeding.map((endpoint) => [endpoint.id, endpoint] as const))('%s', (id, { auth, status }) => {
  let portfolio: Portfolio;
  let names: Named;

  beforeAll(async () => {
    portfolio = await newPortfolio();
    names = await namesFor(id, portfolio);
  });

  const send = (tag: string) =>
    call(id, names, { headers: { ...credentials(auth, portfolio), 'if-match': tag } });

  it('is refused when what is there has changed since, and does nothing', async () => {
    const before = await rowsOf(portfolio.user);
    expectError(await send('"what it was"'), 412, 'PreconditionFailed', /read it again/);
    expect(await rowsOf(portfolio.user)).toEqual(before);
  });

  it('goes through when it is to change whatever is there', async () => {
    expect((await send('*')).status).toBe(status);
  });
});
