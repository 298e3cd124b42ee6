/** A text as a part of a LIKE pattern: what means something in a pattern means itself. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
