import type { Endpoint, RateClass } from './endpoint.ts';

/** How many requests a class allows within a minute; all of them may come at once. */
interface Rate {
  perUser: number;
  perAddress: number;
}

/** An address may be a household's or an office's, so it is allowed more than one user. */
export const rates: Readonly<Record<RateClass, Rate>> = {
  read: { perUser: 1200, perAddress: 2400 },
  write: { perUser: 300, perAddress: 600 },
  /** What works for seconds: imports, bulk entries, recalculations. */
  heavy: { perUser: 20, perAddress: 40 },
  /** What checks or makes a password; also every refused administrator's token. */
  'sign-in': { perUser: 20, perAddress: 30 },
};

export const rateWindowSeconds = 60;

/** The class of an endpoint; undefined for documents, which cost nothing but what API Gateway limits itself. */
export const rateClassOf = ({
  method,
  rate,
  role,
}: Pick<Endpoint, 'method' | 'rate' | 'role'>): RateClass | undefined =>
  role === 'documents' ? undefined : (rate ?? (method === 'GET' ? 'read' : 'write'));
