/** What becomes of prices that two sources, or two moments, do not agree about. */
import { describe, expect, test } from 'vitest';
import { heldTokens } from '../support/held-tokens.ts';

const { servers, held, now, ago, say, refresh, shown, kept, turnOf, noTurnOf } = await heldTokens();

describe('two sources', () => {
  test('that are more than 20 % apart dispute a price, until they agree again', async () => {
    const token = await held();
    say(token, { coingecko: '100', defillama: '125' }, ago(4));
    expect(await refresh(turnOf(token), now)).toMatchObject({ priced: 1, disputed: 1 });
    expect(await shown(token)).toMatchObject({ price: '100', disputed: true });
    // It is not its turn, but what is in dispute is asked about at once.
    say(token, { coingecko: '101', defillama: '120' }, ago(3));
    expect(await refresh(noTurnOf(token), now)).toMatchObject({ disputed: 0 });
    expect(await shown(token)).toMatchObject({ price: '101', disputed: false });
    expect(await kept(token)).toMatchObject([{ disputed: true }, { disputed: false }]);
  });

  test('are both asked once an hour, and otherwise only of what has moved by more than a fifth', async () => {
    const token = await held();
    say(token, { coingecko: '100', defillama: '500' }, ago(4));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(0);
    expect(await shown(token)).toMatchObject({ price: '100', disputed: false });
    say(token, { coingecko: '119', defillama: '500' }, ago(3));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(0);
    say(token, { coingecko: '150', defillama: '500' }, ago(2));
    await refresh(noTurnOf(token), now);
    expect(servers.defillama.seen).toHaveLength(1);
    expect(await shown(token)).toMatchObject({ price: '150', disputed: true });
  });

  test('of which one cannot tell leave a dispute as it was', async () => {
    const token = await held({ is_price_disputed: true, current_price_usd: 10, price_at: ago(9) });
    say(token, { coingecko: '10' }, ago(1));
    await refresh();
    expect(await shown(token)).toMatchObject({ at: ago(1), disputed: true });
    expect(await kept(token)).toMatchObject([{ disputed: true }]);
  });
});

describe('a dispute is kept with the price that it is about', () => {
  test('which has been told before, and is told again', async () => {
    const token = await held();
    say(token, { coingecko: '100', defillama: '125' }, ago(4));
    await refresh(noTurnOf(token), now);
    expect(await kept(token)).toMatchObject([{ price: '100', disputed: false }]);
    expect(await refresh(turnOf(token), now)).toMatchObject({ disputed: 1 });
    expect(await kept(token)).toMatchObject([{ price: '100', at: ago(4), disputed: true }]);
    say(token, { coingecko: '100', defillama: '101' }, ago(4));
    await refresh(turnOf(token), now);
    expect(await kept(token)).toMatchObject([{ price: '100', at: ago(4), disputed: false }]);
  });

  test('which stands, where what contradicts it is kept out', async () => {
    const [token, other] = [await held(), await held()];
    for (const each of [token, other]) say(each, { coingecko: '2' }, ago(9));
    await refresh();
    say(token, { coingecko: '2000000', defillama: '2' });
    await refresh();
    expect(await shown(token)).toMatchObject({ price: '2', disputed: true });
    expect(await kept(token)).toMatchObject([{ price: '2', at: ago(9), disputed: true }]);
    expect(await kept(other)).toMatchObject([{ price: '2', disputed: false }]);
  });

  test('unless that is a day old, and none any more', async () => {
    const token = await held();
    say(token, { coingecko: '2' }, ago(1500));
    await refresh(noTurnOf(token), ago(1499));
    say(token, { coingecko: '2000000', defillama: '2' });
    await refresh();
    expect(await kept(token)).toMatchObject([{ disputed: false }]);
  });
});

describe('a spike', () => {
  const before = { current_price_usd: 2, price_at: ago(10), price_source: 'coingecko' };

  test.each(['2001', '0.0019'])(
    'of a thousand-fold is kept out while one source tells it alone: %s',
    async (price) => {
      const token = await held(before);
      say(token, { coingecko: price });
      expect(await refresh()).toMatchObject({ priced: 0, held_back: 1, missing: 0 });
      expect(await shown(token)).toMatchObject({ price: '2', at: ago(10), disputed: false });
      expect(await kept(token)).toEqual([]);
    },
  );

  test('that another source contradicts is kept out, and the price in dispute', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000000', defillama: '2' });
    expect(await refresh()).toMatchObject({ held_back: 1, disputed: 1 });
    expect(await shown(token)).toMatchObject({
      price: '2',
      at: ago(10),
      source: 'coingecko',
      disputed: true,
    });
    expect(await kept(token)).toEqual([]);
  });

  test('that another source tells as well is a price', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000000', defillama: '2100000' });
    expect(await refresh()).toMatchObject({ held_back: 0, priced: 1, disputed: 0 });
    expect(await shown(token)).toMatchObject({ price: '2000000', disputed: false });
  });

  test('of less than that needs nobody else', async () => {
    const token = await held(before);
    say(token, { coingecko: '2000' });
    await refresh();
    expect(await shown(token)).toMatchObject({ price: '2000', disputed: false });
  });
});
