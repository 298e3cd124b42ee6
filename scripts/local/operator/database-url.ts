import { readInstance } from '../instance.ts';
import { homeFolder, loadSettings } from '../settings.ts';

/** The database that an operator's command works on: DATABASE_URL, or else that of the running instance. */
export const databaseUrl = async (): Promise<string> => {
  loadSettings();
  return process.env.DATABASE_URL ?? (await readInstance(homeFolder())).database_url;
};
