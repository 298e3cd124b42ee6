/** What access tokens say of themselves; whoever signs and whoever verifies must agree. */
export const issuer = 'bagtracker';
export const audience = 'bagtracker-api';
export const tokenType = 'at+jwt';
export const algorithm = 'EdDSA';
