import { isIP } from 'node:net';
import { badRequest } from '#shared/errors.ts';
import { isPublicAddress } from './public-address.ts';

/** Names that a resolver or a private network answers for, and no public one. */
const privateName = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain)$/;

const faultOf = (url: URL): string | undefined => {
  if (url.protocol !== 'https:') return 'expected an https URL';
  if (url.username || url.password) return 'expected no username or password in the URL';
  if (url.port) return 'expected port 443, or none';
  if (url.hash) return 'expected no fragment in the URL';
  // The URL has been normalised: every spelling of an IPv4 address, decimal, hexadecimal or octal, is dotted by now.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host)) return isPublicAddress(host) ? undefined : 'expected a public host';
  return privateName.test(host) || !host.includes('.') ? 'expected a public host' : undefined;
};

/**
 * The URL of an RPC endpoint in one form. Whoever connects must look at the address once more: names can be made to
 * resolve to anything.
 *
 * @throws BadRequestException unless it is https on port 443 of a public host, without credentials
 */
export const canonicalRpcUrl = (text: string): string => {
  const url = URL.parse(text);
  const fault = url ? faultOf(url) : 'expected a URL such as https://ethereum-rpc.publicnode.com';
  if (!url || fault) throw badRequest(`url: ${fault}`, [{ field: 'url', message: fault ?? '' }]);
  return url.href;
};
