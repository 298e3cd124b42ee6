import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { takesGzip } from './encodings.ts';
import { type Answered, answerFile } from './reply.ts';

/** A picture loads nothing and runs nothing; it may have the one style sheet that is in it. */
const policy = (style: string): string => {
  const hash = createHash('sha256').update(style).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`;
};

/** Answers an SVG, compressed for whoever takes that. */
export const picture = (status: number, { svg, style }: { svg: string; style: string }): Answered =>
  answerFile(status, (accepted) => {
    const isCompressed = takesGzip(accepted);
    return {
      headers: {
        'content-type': 'image/svg+xml',
        'content-security-policy': policy(style),
        vary: 'Origin, Accept-Encoding',
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      },
      content: isCompressed
        ? { body: gzipSync(svg).toString('base64'), isBase64Encoded: true }
        : { body: svg, isBase64Encoded: false },
    };
  });
