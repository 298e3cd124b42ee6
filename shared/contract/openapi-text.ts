/** The resource groups, in the order in which a reader meets them. */
export const tagDescriptions: Readonly<Record<string, string>> = {
  auth: 'Accounts, and the tokens that the other requests carry.',
  users: 'Your account.',
  wallets: 'Wallets and the addresses they watch.',
  transactions: 'What moved, when, and at which price: recorded by hand, imported or read from a chain.',
  transfers: 'Transfers between your own wallets: coins that move keep their dates and costs.',
  imports: "Explorers' exports as files, many transactions at a time.",
  balances: 'What a wallet holds of a token, what it cost, and which lots that figure is made of.',
  prices: 'What tokens were worth, by which source, and what you say they are worth.',
  gains: 'What was realized in a year, row by row; what would be, by another method or with a sale.',
  portfolios: 'Wallets seen together: what they are worth, cost and gained.',
  audit: 'Who changed what, when: a journal that nobody can rewrite unnoticed.',
  chains: 'The chains there are.',
  tokens: 'The tokens there are, and what is known of them.',
  rpcs: 'For operators: the endpoints that chains are read from.',
  'user-management': 'For operators: accounts.',
  queues: 'For operators: what waits, and what has failed for good.',
  health: 'Whether the service is well.',
  info: 'Which version this is, and which chains it knows.',
  documents: 'This description, for programs and for people.',
};

/** What a reader should know before the first request. */
export const description = `A portfolio tracker with an exact cost basis.

- Amounts and prices are decimal strings; times are ISO 8601 in UTC.
- Lists answer a page and its \`next_cursor\`; send that as \`cursor\` for the next page.
- A POST with an \`Idempotency-Key\` has one effect and one answer, for 24 hours. A resource has an \`ETag\`; sent as
  \`If-Match\` with a PUT, PATCH or DELETE, it refuses a change that would overwrite another.
- What belongs to somebody else is answered like what does not exist.
- A failure says what it is in \`type\` and quotes a \`request_id\`, which names the request in the logs.

The gateway in front of the functions answers some failures itself, as \`{"message": "…"}\` without a \`type\`: 404
"Not Found" for a path or method that does not exist, 413 "Request Too Long" beyond 10 MB, 429 "Too Many Requests", 500
"Internal Server Error" and 503 "Service Unavailable". A 429 or a 503 is worth another try, a little later.`;
