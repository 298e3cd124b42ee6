import pg from 'pg';

/** Lends a connection of its own to an operator's command, and closes it whatever happens. */
export const withClient = async <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: url, application_name: 'bagtracker-operator' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
