/** History worked out from the transactions, instant by instant, with fractions and scans: slow, and meant to be obvious. */
import { add, type Fraction, fraction, minus, zero } from './fraction.ts';
import { begin, end, type LivedHistory, type LivedRow } from './history-runs.ts';
import { naiveReplay } from './naive-replay.ts';

const hourMs = 3_600_000;
const dust = fraction(1n, 6);

/** As a plain decimal: the denominators here are powers of two and five. */
const text = ([numerator, denominator]: Fraction): string => {
  const places = 80;
  const units = (numerator * 10n ** BigInt(places)) / denominator;
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const decimals = digits.slice(-places).replace(/0+$/, '');
  return sign + digits.slice(0, -places) + (decimals && `.${decimals}`);
};

const sum = (amounts: readonly Fraction[]): Fraction => amounts.reduce(add, zero);

const priceAt = ({ prices }: LivedHistory, at: number) => {
  const of = ({ minute }: { minute: number }) => begin + minute * 60_000;
  const own = prices.find((one) => one.own > 0 && of(one) <= at && at < of(one) + one.own * hourMs);
  if (own) return { price: String(own.price), flags: 8 };
  const [last] = prices
    .filter((one) => one.own === 0 && of(one) <= at && of(one) > at - 24 * hourMs)
    .sort((left, right) => right.minute - left.minute);
  if (!last) return { price: null, flags: 0 };
  return { price: String(last.price), flags: (of(last) < at - hourMs ? 2 : 0) + (last.isDisputed ? 4 : 0) };
};

export const naiveHistory = (history: LivedHistory): LivedRow[] => {
  const { ledger } = history;
  const { lots, matches } = naiveReplay(ledger.events, ledger.scale, new Map());
  const rows: LivedRow[] = [];
  for (const balance of ledger.balances) {
    const own = {
      lots: lots.filter((lot) => lot.balance === balance),
      matches: matches.filter((match) => match.balance === balance),
    };
    const row = (code: number, at: number): void => {
      const opened = own.lots.filter((lot) => lot.opened <= at);
      const made = own.matches.filter((match) => match.disposed <= at);
      const taken = made.filter(({ lot }) => lot !== null);
      const quantities = (of: readonly { quantity: Fraction }[]) => sum(of.map(({ quantity }) => quantity));
      const amount = minus(quantities(opened), quantities(taken));
      const unknown = minus(
        quantities(opened.filter(({ cost }) => cost === null)),
        quantities(taken.filter(({ cost }) => cost === null)),
      );
      const cost = minus(
        sum(opened.map((lot) => lot.cost ?? zero)),
        sum(made.map((match) => match.cost ?? zero)),
      );
      const realized = sum(
        made.map((match) => (match.cost && match.proceeds ? minus(match.proceeds, match.cost) : zero)),
      );
      const isDust = minus(amount, dust)[0] < 0n;
      if (isDust && realized[0] === 0n) return;
      const { price, flags } = priceAt(history, at);
      const isUnknown = amount[0] > 0n && minus(amount, unknown)[0] <= 0n;
      rows.push({
        ...{ balance, code, at, flags: flags + (unknown[0] > 0n ? 1 : 0), amount: text(amount), price },
        ...{ cost: isUnknown ? null : text(cost), realized: text(realized) },
      });
    };
    for (let at = begin; at <= end; at += hourMs) row(1, at);
    for (let at = begin; at <= end; at += 24 * hourMs) row(2, at);
    for (const code of [3, 4]) row(code, begin + 24 * hourMs);
    for (const at of new Set([
      ...own.lots.map(({ opened }) => opened),
      ...own.matches.map(({ disposed }) => disposed),
    ]))
      row(0, at);
  }
  return rows.sort(
    (left, right) => left.at - right.at || left.balance - right.balance || left.code - right.code,
  );
};
