import { expect } from 'vitest';
import { type Json, request, type TestUser } from '../support/api.ts';

/** Everything a list has, read page by page: full ones, and a last one that is not empty. */
export const walk = async (user: TestUser, path: string, limit: number): Promise<Json[]> => {
  const items: Json[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = `limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
    const separator = path.includes('?') ? '&' : '?';
    const { status, body } = await request('GET', path + separator + query, { token: user.token });
    expect(status).toBe(200);
    if (body.next_cursor !== null) expect(body.items).toHaveLength(limit);
    if (items.length > 0) expect(body.items.length).toBeGreaterThan(0);
    items.push(...body.items);
    cursor = body.next_cursor;
  }
  return items;
};
